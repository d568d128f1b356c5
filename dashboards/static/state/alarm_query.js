/**
 * What one types to find alarms: plain words, and `field:value` for what a word would find in the wrong place.
 *
 *   site:JS012 type:mains -region:宁波 tenant:red class:A since:1h older:30m owner:ann is:new 停电 "two words"
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {{field: string, value: string, not: boolean, text: string}} Term  `text` as it was typed; no field: a word */

/**
 * @typedef {object} Known  what the alarm itself does not say
 * @property {number} now epoch milliseconds
 * @property {(site: string|null) => {tenants: string[], site_class: string}|undefined} siteOf
 * @property {(type: string) => string[]} typeWords  id and words of an alarm type, in every language
 * @property {(alarm: Alarm) => string[]} shared  texts that many alarms have in common, by which one could look for it
 * @property {(alarm: Alarm) => string[]} own  texts of this alarm alone
 */

const FIELDS = ["site", "region", "tenant", "class", "type", "resource", "severity", "incident", "owner", "source", "since", "older", "is"];
/** @type {Record<string, string>} */
const IN_CHINESE = {
  站址: "site",
  区域: "region",
  租户: "tenant",
  等级: "class",
  类型: "type",
  设备: "resource",
  级别: "severity",
  故障: "incident",
  确认人: "owner",
  来源: "source",
  近: "since",
  早于: "older",
  是: "is",
};
const TERM = /(-?)(?:([\p{L}]+)[:：])?("[^"]*"|[^\s"]+)/gu;
const AGE = /^(\d+)(m|h|d|分|分钟|时|小时|天)$/;
/** @type {Record<string, number>} */
const MINUTES = { m: 1, h: 60, d: 1440, 分: 1, 分钟: 1, 时: 60, 小时: 60, 天: 1440 };

/** @param {string} text
 * @returns {Term[]} */
export function parseQuery(text) {
  return [...text.matchAll(TERM)].map(([typed, minus, name = "", given = ""]) => {
    const field = IN_CHINESE[name] ?? name.toLowerCase();
    if (FIELDS.includes(field)) return { field, value: bare(given), not: minus === "-", text: typed };
    return { field: "", value: bare(typed), not: false, text: typed };
  });
}

/** The query without one of its terms.
 * @param {string} text
 * @param {Term} term
 * @returns {string} */
export function without(text, term) {
  return text.replace(term.text, "").replace(/\s+/g, " ").trim();
}

/** @param {string} text
 * @returns {boolean} whether what fits changes as time passes */
export function agesBy(text) {
  return parseQuery(text).some(({ field }) => field === "since" || field === "older");
}

/** A test for what was typed. It remembers what it found out about texts that alarms have in common.
 * @param {string} text
 * @param {Known} known
 * @returns {(alarm: Alarm) => boolean} */
export function finds(text, known) {
  const tests = parseQuery(text).map((term) => {
    const test = testOf(term, known);
    return term.not ? (/** @type {Alarm} */ alarm) => !test(alarm) : test;
  });
  return (alarm) => tests.every((test) => test(alarm));
}

/** @param {Term} term
 * @param {Known} known
 * @returns {(alarm: Alarm) => boolean} */
function testOf({ field, value }, known) {
  const has = remembered((text) => [text, text.replaceAll(" ", "")].some((one) => one.toLowerCase().includes(value)));
  const any = (/** @type {(string|null|undefined)[]} */ ...texts) => texts.some((text) => Boolean(text) && has(String(text)));
  switch (field) {
    case "site":
      return ({ site, site_name }) => any(site, site_name);
    case "region":
      return ({ region }) => any(region);
    case "tenant":
      return ({ site }) => any(...(known.siteOf(site)?.tenants ?? []));
    case "class":
      return ({ site }) => known.siteOf(site)?.site_class.toLowerCase() === value;
    case "type":
      return ({ alarm_type }) => any(...known.typeWords(alarm_type));
    case "resource":
      return ({ resource }) => any(resource);
    case "severity":
      return ({ severity }) => severity.startsWith(value);
    case "incident":
      return ({ incident }) => incident?.toLowerCase() === value;
    case "owner":
      return ({ acknowledged_by }) => any(acknowledged_by);
    case "source":
      return ({ source }) => any(source);
    case "is":
      return isTest(value);
    case "since":
    case "older":
      return ageTest(field, value, known.now);
    default:
      return (alarm) => any(...known.shared(alarm)) || known.own(alarm).some((text) => text.toLowerCase().includes(value));
  }
}

/** @param {string} field
 * @param {string} value
 * @param {number} now
 * @returns {(alarm: Alarm) => boolean} nothing fits what is no age */
function ageTest(field, value, now) {
  const found = AGE.exec(value);
  if (!found) return () => false;
  const minutes = Number(found[1]) * (MINUTES[found[2] ?? ""] ?? 1);
  const then = new Date(now - minutes * 60_000).toISOString().slice(0, 19); // as text: parsing 50,000 takes too long
  return field === "since" ? ({ raised_at }) => raised_at > then : ({ raised_at }) => raised_at <= then;
}

/** @param {string} value
 * @returns {(alarm: Alarm) => boolean} */
function isTest(value) {
  /** @type {Record<string, (alarm: Alarm) => boolean>} */
  const tests = {
    new: ({ acknowledged_at }) => !acknowledged_at,
    acknowledged: ({ acknowledged_at }) => Boolean(acknowledged_at),
    baseline: ({ baseline }) => baseline,
    chattering: ({ chattering_since }) => Boolean(chattering_since),
    stale: ({ stale_since }) => Boolean(stale_since),
    alone: ({ incident }) => !incident,
  };
  return tests[value] ?? (() => false);
}

/** @param {(text: string) => boolean} test
 * @returns {(text: string) => boolean} */
function remembered(test) {
  /** @type {Map<string, boolean>} */
  const known = new Map();
  return (text) => {
    let is = known.get(text);
    if (is === undefined) known.set(text, (is = test(text)));
    return is;
  };
}

/** @param {string} text */
function bare(text) {
  return text.replaceAll('"', "").toLowerCase();
}
