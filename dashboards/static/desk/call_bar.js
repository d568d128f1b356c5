/**
 * The call in the head of the page: how long it lasts, over what it came, the way back to it.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { callTime } from "../state/desk_talk.js";
import { channelWord } from "./said_words.js";

/** @param {{call: import("./call.js").Call, away: boolean, onBack: () => void, onNext: () => void}} props */
export function CallBar({ call, away, onBack, onNext }) {
  const time = useTick();
  if (!call.since) return html`<span class="call-bar muted">${t("desk.no_call")}</span>`;
  const who = call.outage?.customer?.name ?? call.text;
  return html`<div class="call-bar" role="group" aria-label=${t("desk.call")}>
    <span class="call-time" role="timer">${callTime((time - call.since) / 1000)}</span>
    <span class="call-who">${who}</span>
    <span class="muted">${channelWord(call.pop.channel)}${call.pop.id && ` ${call.pop.id}`}</span>
    ${
      away
        ? html`<button type="button" class="button button-small" onClick=${onBack}>${t("desk.back_to_call")} <kbd>Esc</kbd></button>`
        : html`<button type="button" class="button button-small" onClick=${onNext}>${t("desk.next")} <kbd>Esc</kbd></button>`
    }
  </div>`;
}
