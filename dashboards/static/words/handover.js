/**
 * A handover as plain text: what is printed and pinned to the board.
 */

import { lang, t } from "/shared/lib/i18n.js";
import { clock, full } from "/shared/lib/time.js";
import { alarmType, titleWords } from "./catalogue.js";
import { noteWords } from "./notes.js";

/** @typedef {import("../state/shapes_shift.js").Handover} Handover */
/** @typedef {import("../state/shapes_shift.js").HandoverPicture} Picture */

/** @param {Handover & {picture: Picture}} handover
 * @returns {string} */
export function handoverText(handover) {
  const { picture } = handover;
  return [
    handover.sentence?.[lang()] ?? "",
    course(handover),
    part("handover.notes", handover.notes.map((note) => said(`${clock(note.at)} ${note.by}`, note.text))),
    part(t("handover.part.incidents", { n: picture.incidents_count }), picture.incidents.map(incidentText)),
    part(t("handover.part.promises", { n: picture.promises.length }), picture.promises.map(promiseText)),
    part(t("handover.part.extensions", { n: picture.extensions.length }), picture.extensions.map((one) => said(`${one.ticket} ${one.asked_by}`, one.reason))),
    part(t("handover.part.emergencies", { n: picture.emergencies.length }), picture.emergencies.map((one) => `${one.region} ${noteWords(one.reason)}`)),
    part(t("handover.part.sos", { n: picture.sos.length }), picture.sos.map((one) => `${one.person_name ?? one.person} ${clock(one.since)}`)),
    part(t("handover.part.silences", { n: picture.silences.length }), picture.silences.map((one) => `${one.id} ${one.title} ${clock(one.changes_at)}`)),
    part(t("handover.part.announcements", { n: picture.announcements.length }), picture.announcements.map((one) => `${clock(one.starts_at)} – ${clock(one.ends_at)} ${one.title}`)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** @param {Handover} handover */
function course({ handed_over_by, handed_over_at, signed_by, signed_at, remarks }) {
  return [
    handed_over_at && `${t("handover.by", { who: handed_over_by ?? "" })} ${full(handed_over_at)}`,
    signed_at && `${t("handover.signed_by", { who: signed_by ?? "" })} ${full(signed_at)}`,
    remarks,
  ]
    .filter(Boolean)
    .join("\n");
}

/** @param {import("../state/shapes_shift.js").Promised} one */
function promiseText({ due_at, kind, customer_name, id, ticket, incident, site_name }) {
  const what = kind === "complaint" ? t("handover.promised", { who: customer_name ?? id }) : t(`clock.${kind}`);
  return [clock(due_at), what, ticket ?? incident, site_name].filter(Boolean).join(" ");
}

/** @param {import("../state/shapes_shift.js").OpenIncident} one */
function incidentText({ id, title, alarm_type, site_name, sites_down, claim, ticket, next_due }) {
  return [
    id,
    site_name ? `${alarmType(alarm_type)} · ${site_name}` : titleWords(title),
    sites_down ? t("down_n", { n: sites_down }) : "",
    claim ? claim.by : t("handover.unclaimed"),
    ticket && `${ticket.id} ${t(`ticket.${ticket.state}`)}`,
    next_due && `${t(`clock.${next_due.kind}`)} ${clock(next_due.due_at)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {string} who
 * @param {string} text */
function said(who, text) {
  return `${who}${t("colon")}${text}`;
}

/** @param {string} title  a key, or words
 * @param {string[]} lines */
function part(title, lines) {
  return lines.length ? `${t(title)}\n${lines.map((line) => `  ${line}`).join("\n")}` : "";
}
