/**
 * A line of a ticket's story in words: what happened, to what, and by whom it was said.
 */

import { has, t } from "/shared/lib/i18n.js";
import { clock, duration } from "/shared/lib/time.js";
import { titleWords } from "./catalogue.js";
import { holdWords } from "./hold.js";
import { actorWords, noteWords } from "./notes.js";

/** @typedef {import("../state/shapes_board.js").HistoryItem} HistoryItem */

/** @param {HistoryItem} item
 * @param {string|null} zone  of the ticket's site
 * @returns {string} */
export function storyWords(item, zone) {
  const key = `story.${item.object}.${item.kind}`;
  if (!has(key)) return holdWords(noteWords(item.text)) || t("story.ticket.moved_on");
  return t(key, valuesOf(item, zone));
}

/** What a person wrote beside it; empty where the words above hold it already.
 * @param {HistoryItem} item
 * @returns {string} */
export function storyText(item) {
  if (item.object === "clock") return item.text && holdWords(item.text);
  if (item.object === "need") return titleWords(item.text);
  return has(`story.${item.object}.${item.kind}`) ? noteWords(item.text) : "";
}

/** @param {HistoryItem} item */
export function storyActor(item) {
  return item.actor && (item.actor_name ?? actorWords(item.actor));
}

/** @param {HistoryItem} item
 * @param {string|null} zone
 * @returns {Record<string, string|number>} */
function valuesOf({ id, about }, zone) {
  return {
    id,
    n: Number(about.count ?? about.times ?? 0),
    who: about.person ?? about.technician_name ?? about.technician ?? t("nobody"),
    site: about.site_name ?? about.site ?? "",
    clock: about.clock ? t(`clock.${about.clock}`) : "",
    level: about.level ? t(`level.${about.level}`) : "",
    kind: about.kind ? t(`kind.${about.kind}`) : "",
    time: duration(Number(about.minutes ?? 0) * 60),
    term: duration(Number(about.term ?? 0) * 60),
    until: about.until ? clock(about.until, zone) : t("open_end"),
    score: about.score ?? "",
    tenant: about.tenant ?? "",
    among: (about.told ?? []).join(t("comma")) || t("nobody"),
  };
}
