/**
 * How power reaches a site, from its equipment, alarms and readings: mains and gensets, rectifier, battery, bus, load.
 */

import { rank } from "/shared/lib/severity.js";

/** @typedef {import("./shapes_site.js").SiteDetail} SiteDetail */
/** @typedef {"mains"|"genset"|"generator"|"solar"|"rectifier"|"battery"|"bus"|"load"} StageName */
/** @typedef {"unheard"|"fine"|"standby"|"running"|"discharging"|"off"} StageState */

/**
 * @typedef {object} Stage
 * @property {StageName} name
 * @property {string} of  what it is called where it has a name: a feed, a tenant
 * @property {import("../shapes.js").Alarm|null} alarm  the worst that speaks of it
 * @property {StageState} state
 * @property {number} units
 * @property {string} figures  what is measured there
 * @property {boolean} live  whether power flows out of it
 */

/** @typedef {{sources: Stage[], rectifier: Stage, battery: Stage, bus: Stage, loads: Stage[]}} PowerChain */

/** Which alarms speak of which stage (ids of the catalogue).
 * @type {Record<StageName, string[]>} */
const SPEAK_OF = {
  mains: ["mains-failure", "mains-over-voltage", "mains-under-voltage", "mains-phase-loss", "surge-arrester-failure"],
  genset: ["genset-failure", "genset-low-fuel"],
  generator: [],
  solar: ["solar-failure"],
  rectifier: ["rectifier-failure", "rectifier-comms-failure"],
  battery: [
    "battery-discharging",
    "battery-low-voltage",
    "battery-failure",
    "battery-high-temperature",
    "battery-disconnect",
  ],
  bus: ["dc-output-low", "dc-output-high", "dc-fuse-blown"],
  load: ["load-disconnect", "base-station-down", "cell-down", "das-failure"],
};

/** @type {Partial<Record<StageName, string[]>>} */
const KINDS = { genset: ["genset"], solar: ["solar"], rectifier: ["rectifier", "ups"], battery: ["battery"] };

/** @type {Partial<Record<StageName, string[]>>} */
const MEASURED = {
  mains: ["mains-voltage"],
  genset: ["fuel-level"],
  rectifier: ["rectifier-current"],
  battery: ["battery-voltage", "battery-charge"],
  bus: ["dc-output-voltage", "dc-output-current"],
};

/** @param {SiteDetail} site
 * @returns {PowerChain} */
export function powerChain(site) {
  const has = (/** @type {string} */ type) => site.alarms.some((alarm) => alarm.alarm_type === type);
  const cut = has("mains-failure");
  const empty = has("battery-disconnect");
  const onGenset = has("genset-running");
  const generators = site.generators.map((one) => ({
    ...stage(site, "generator", one.state === "running" ? "running" : "standby"),
    of: one.name || one.id,
    live: one.state === "running",
  }));
  const mains = { ...stage(site, "mains", cut ? "off" : "fine"), of: site.feed?.name ?? site.power_feed, live: !cut };
  const genset = { ...stage(site, "genset", onGenset ? "running" : "standby"), live: onGenset };
  const sources = [mains, genset, stage(site, "solar", "fine")].filter((one) => one.name === "mains" || one.units || one.alarm);
  sources.push(...generators);
  const fed = sources.some((one) => one.live);
  // what no source feeds stands on its battery, whether that has said so or not
  const discharging = !empty && (!fed || has("battery-discharging") || has("battery-low-voltage"));
  const rectifier = { ...stage(site, "rectifier", fed ? "fine" : "off"), live: fed && !has("rectifier-failure") };
  const battery = { ...stage(site, "battery", empty ? "off" : discharging ? "discharging" : "standby"), live: discharging };
  const live = rectifier.live || battery.live;
  const bus = { ...stage(site, "bus", live ? "fine" : "off"), live };
  return { sources, rectifier, battery, bus, loads: loadsOf(site, live && !has("load-disconnect")) };
}

/** @param {SiteDetail} site
 * @param {StageName} name
 * @param {StageState} state while it is heard of at all
 * @returns {Stage} */
function stage(site, name, state) {
  const units = site.resources.filter(({ kind }) => KINDS[name]?.includes(kind)).length;
  const alarm = worstOf(site.alarms.filter(({ alarm_type }) => SPEAK_OF[name].includes(alarm_type)));
  const figures = figuresOf(site, MEASURED[name] ?? []);
  const heard = units || alarm || figures || !KINDS[name] || state === "running" || state === "discharging";
  return { name, of: "", alarm, state: heard ? state : "unheard", units, figures, live: state === "fine" };
}

/** Whom the power serves: each tenant, or the site as a whole.
 * @param {SiteDetail} site
 * @param {boolean} live
 * @returns {Stage[]} */
function loadsOf(site, live) {
  const shed = site.alarms.filter(({ alarm_type }) => alarm_type === "load-disconnect");
  const tenants = site.tenants.length ? site.tenants : [""];
  return tenants.map((tenant) => {
    const own = new Set(site.resources.filter((one) => !tenant || one.tenant === tenant).map(({ resource }) => resource));
    const spoken = site.alarms.filter(({ alarm_type, resource }) => SPEAK_OF.load.includes(alarm_type) && own.has(resource));
    const alarm = worstOf([...shed, ...spoken]);
    return { name: "load", of: tenant, alarm, state: live ? "fine" : "off", units: 0, figures: "", live };
  });
}

/** @param {import("../shapes.js").Alarm[]} alarms */
function worstOf(alarms) {
  return [...alarms].sort((a, b) => rank(a.severity) - rank(b.severity))[0] ?? null;
}

/** @param {SiteDetail} site
 * @param {string[]} metrics */
function figuresOf(site, metrics) {
  return metrics
    .flatMap((metric) => site.readings.find((one) => one.metric === metric && one.value !== null) ?? [])
    .map((one) => figure(one.value, one.unit))
    .join(" · ");
}

/** A measured value with its unit: as many digits as say something.
 * @param {number|null} value
 * @param {string} unit */
export function figure(value, unit) {
  if (value === null) return "–";
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`;
}
