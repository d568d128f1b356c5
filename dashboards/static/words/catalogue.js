/**
 * Words that come with the data: alarm types from the server's catalogue, and what things are called by them.
 */

import { get } from "/shared/lib/api.js";
import { has, lang, t } from "/shared/lib/i18n.js";
import { word } from "/shared/lib/severity.js";
import { senderIsUnknown } from "../state/alarms.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

/** @type {Map<string, {zh: string, en: string, first_steps_zh: string[], first_steps_en: string[]}>} */
let types = new Map();

const TRY_AGAIN_MS = 10_000;
/** The resource of what is wrong with a site altogether. */
const WHOLE_SITE = "site";
const NOWHERE = new Map([
  ["feed", "power_feed"],
  ["collector", "collector"],
  ["unidentified", "unidentified_sender"],
]);

/** Fetches the catalogue; without it alarm types go by their ids. */
export async function loadCatalogue() {
  const { items } = await get("/api/v1/catalogue");
  types = new Map(items.map((/** @type {any} */ item) => [item.id, item]));
}

/** Fetches it again and again until it is there.
 * @param {() => void} onWords
 * @returns {() => void} ends it */
export function followCatalogue(onWords) {
  let timer = 0;
  let ended = false;
  const load = () =>
    void loadCatalogue().then(
      () => ended || onWords(),
      () => ended || (timer = window.setTimeout(load, TRY_AGAIN_MS)),
    );
  load();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** @param {string} id
 * @returns {string} the alarm type in the reader's language */
export function alarmType(id) {
  return types.get(id)?.[lang()] ?? id;
}

/** @returns {[string, string][]} every alarm type and its words, in the order of the words */
export function alarmTypes() {
  const all = [...types.keys()].map((id) => /** @type {[string, string]} */ ([id, alarmType(id)]));
  return all.sort((one, other) => one[1].localeCompare(other[1], lang()));
}

/** An alarm type by everything that it is called.
 * @param {string} id
 * @returns {string[]} */
export function typeWords(id) {
  const words = types.get(id);
  return words ? [id, words.zh, words.en] : [id];
}

/** Texts by which a person could look for an alarm and which it has in common with many.
 * @param {Alarm} alarm
 * @returns {string[]} */
export function sharedTextsOf({ site, site_name, region, resource, alarm_type, qualifier, acknowledged_by, severity }) {
  return [site ?? "", site_name ?? "", region ?? "", resource, ...typeWords(alarm_type), qualifier, acknowledged_by, word(severity)];
}

/** Texts by which a person could look for this one.
 * @param {Alarm} alarm
 * @returns {string[]} */
export function ownTextsOf({ incident, text, source, silenced_by }) {
  return [incident ?? "", text, source, silencedText(silenced_by)];
}

/** What finds the alarms that one thing keeps silent, and no others.
 * @param {string} silencedBy as in `silenced_by` */
export function silencedText(silencedBy) {
  return silencedBy && `${silencedBy};`;
}

const OIDS = /^\d+(\.\d+){5,}( \d+(\.\d+){5,})*$/;

/** What tells alarms of one type apart: in words where a service of ours chose it, else as the device has it; nothing
 * where that is for machines.
 * @param {Alarm} alarm */
export function qualifierOf({ alarm_type, qualifier }) {
  const key = `qualifier.${alarm_type}.${qualifier}`;
  if (has(key)) return t(key);
  return OIDS.test(qualifier) ? "" : qualifier;
}

/** The resource of an alarm; nothing where the place of its site says it already.
 * @param {Alarm} alarm */
export function resourceOf(alarm) {
  return !alarm.site && senderIsUnknown(alarm) ? "" : resourceName(alarm.resource);
}

/** What an incident is called: its root, and where.
 * @param {import("../shapes.js").Incident} incident
 * @param {{items: (name: string) => ReadonlyMap<string, any>}} board */
export function incidentTitle(incident, board) {
  const { site, resource, alarm_type } = incident.root;
  const place = site ? placeOf(incident, board) : resourceName(resource);
  return t("incident.title", { type: alarmType(alarm_type), place });
}

/** The site of an incident's root by its name, also where it lies beyond the reader's own region.
 * @param {import("../shapes.js").Incident} incident
 * @param {{items: (name: string) => ReadonlyMap<string, any>}} board */
export function placeOf({ root, site_name }, board) {
  return board.items("site").get(root.site ?? "")?.name ?? site_name ?? root.site ?? "";
}

/** A title that the correlator gave in English, with its alarm type in the reader's language; another as it is.
 * @param {string} title */
export function titleWords(title) {
  if (types.has(title)) return alarmType(title);
  const [, what, rest] = title.match(/^(.+?) (?:at|on) (.+)$/) ?? [];
  const type = [...types.values()].find(({ en }) => en === what);
  return type && rest ? t("incident.title", { type: type[lang()], place: placeWords(rest) }) : title;
}

/** The place of a title, with how many sites a feed has or how many more are meant, in the reader's language.
 * @param {string} place */
function placeWords(place) {
  const [, name, all, more] = place.match(/^(.+?)(?:: (\d+) sites|, (\d+) more sites?)$/) ?? [];
  if (!name) return place;
  return all ? `${name} · ${t("sites_n", { n: Number(all) })}` : `${name} ${t("incident.more_sites", { n: Number(more), all: Number(more) + 1 })}`;
}

/** A resource in words; those that stand at no site by what they are: a power feed, a collector, an unknown sender.
 * @param {string} resource */
export function resourceName(resource) {
  if (resource === WHOLE_SITE) return t("whole_site");
  const [kind, ...id] = resource.split(":");
  const key = id.length ? NOWHERE.get(kind ?? "") : undefined;
  return key ? t(key, { id: id.join(":") }) : resource;
}

/** What somebody is sent for: the kind of need and its alarm, else the order's own summary.
 * @param {{needs: string[], summary: string}} order
 * @param {{items: (name: string) => ReadonlyMap<string, any>}} board */
export function orderWords(order, board) {
  const need = board.items("need").get(order.needs[0] ?? "");
  if (!need) return alarmType(order.summary);
  return [t(`kind.${need.kind}`), need.alarm_type ? alarmType(need.alarm_type) : need.summary].join(" · ");
}

/** A refusal in the reader's language: the dictionary's sentence for its reason or kind, else the server's own.
 * @param {unknown} error */
export function refusalSentence(error) {
  const reason = /** @type {{reason?: string}} */ (error)?.reason ?? "";
  const kind = reason.match(/^needs(?=_)|not_found$/)?.[0];
  const known = [reason, kind].find((one) => one && has(`refused.${one}`));
  if (known) return t(`refused.${known}`);
  const message = error instanceof Error ? error.message : String(error);
  return has("refused.in_english") ? t("refused.in_english", { message }) : message;
}
