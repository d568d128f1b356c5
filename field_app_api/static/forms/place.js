/** "This place is somewhere else": the site, the parking point or the track, from where the phone is now. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { metresBetween } from "/shared/lib/distance.js";
import { t } from "/shared/lib/i18n.js";
import { Choice, TextField } from "../parts/fields.js";
import { go } from "../parts/hooks.js";
import { ThumbForm } from "../parts/thumb.js";
import { distance } from "../job/way.js";
import { sitePlace } from "../state/places.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */

const LEAST_METRES = 10;
const MOST_POINTS = 500;

/** @param {{order: ShownOrder, work: Work}} props */
export function PlaceForm({ order, work }) {
  const [kind, setKind] = useState("parking");
  const [note, setNote] = useState("");
  const [track, setTrack] = useState(/** @type {[number, number][]} */ ([]));
  const { fix } = work.positions;
  useEffect(() => {
    if (kind === "track" && fix) setTrack((before) => longer(before, [fix.latitude, fix.longitude]));
  }, [kind, fix]);
  const points = kind === "track" ? track : fix ? [[fix.latitude, fix.longitude]] : [];
  const submit = () => {
    void work.place(order, { kind, points, note: note.trim() });
    go(order.id);
  };
  return html`<main class="page page-job">
    <h1>${t("place.title")}</h1>
    <${ThumbForm} leave=${`#${order.id}`} action=${t("place.keep")} submit=${submit} ready=${points.length > (kind === "track" ? 1 : 0)}>
      <${Choice} label=${t("place.what")} name="kind" value=${kind} onChoice=${setKind}
        options=${["parking", "site", "track"].map((one) => [one, t(`place.${one}`)])} />
      <p role="status">${kind === "track" ? t("place.walked", { n: track.length }) : whereSentence(order, fix)}</p>
      <${TextField} id="place-note" label=${t("place.note")} hint=${t("place.note_hint")} value=${note} onText=${setNote} optional />
    <//>
  </main>`;
}

/** @param {ShownOrder} order @param {import("../types.js").Fix | null} fix */
function whereSentence(order, fix) {
  if (!fix) return t("place.no_fix");
  return t("place.here", { accuracy: Math.round(fix.accuracy), distance: distance(metresBetween(fix, sitePlace(order))) });
}

/** @param {[number, number][]} track @param {[number, number]} point @returns {[number, number][]} */
function longer(track, point) {
  const last = track.at(-1);
  const near = last && metresBetween(at(last), at(point)) < LEAST_METRES;
  return near || track.length >= MOST_POINTS ? track : [...track, point];
}

/** @param {[number, number]} point */
function at([latitude, longitude]) {
  return { latitude, longitude };
}
