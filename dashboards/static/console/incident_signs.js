/**
 * What is unusual about an alarm, in a shape and a word each; the whole of it in words where there is room.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { SHAPES, signsOf } from "../state/signs.js";
import { silencedBy } from "../state/silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/signs.js").Sign} Sign */

/** @param {{alarm: Alarm, signs?: Sign[]}} props */
export function Signs({ alarm, signs = signsOf(alarm) }) {
  return signs.map(
    (sign) =>
      html`<span key=${sign} class="sign" title=${signWords(sign, alarm)}>
        <span aria-hidden="true">${SHAPES[sign]}</span> ${t(`sign.${sign}`, { rate: Math.round(alarm.chatter_rate) })}
      </span>`,
  );
}

/** A sentence for each sign, and for the silence of a symptom.
 * @param {Alarm} alarm
 * @returns {string[]} */
export function signSentences(alarm) {
  const said = signsOf(alarm).map((sign) => signWords(sign, alarm));
  return silencedBy(alarm)?.why === "symptom" ? [...said, silenceWords(alarm)] : said;
}

/** @param {Sign} sign
 * @param {Alarm} alarm */
function signWords(sign, alarm) {
  if (sign === "silenced") return silenceWords(alarm);
  if (sign === "baseline") return t("alarm.baseline_means");
  const since = sign === "chattering" ? alarm.chattering_since : alarm.stale_since;
  const values = { time: clock(since, alarm.time_zone), rate: Math.round(alarm.chatter_rate) };
  return t(`sign.${sign}_means`, values);
}

/** By what it is silenced, and until when.
 * @param {Alarm} alarm */
function silenceWords(alarm) {
  const silent = silencedBy(alarm);
  if (!silent) return "";
  const why = silent.why === "shelf" && !silent.id ? "by_hand" : silent.why;
  const words = t(`silenced.${why}`, { id: silent.id, who: alarm.closed_by });
  if (!alarm.silenced_until) return words;
  return `${words} ${t("silenced.until", { time: clock(alarm.silenced_until, alarm.time_zone) })}`;
}
