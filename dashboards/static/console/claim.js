/**
 * Who works on an incident: seen by all, taken, given back or taken over with one key.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Countdown } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { claimState, isIdle } from "../state/claims.js";
import { nameTag } from "../words/names.js";

/** @typedef {import("../state/shapes_shift.js").Claim} Claim */
/** @typedef {import("/shared/lib/api.js").User} User */

const LOOK_AGAIN_MS = 60_000;

/** In a list: whose it is, in as few words as there are.
 * @param {{claim: Claim|undefined, user: User}} props */
export function ClaimMark({ claim, user }) {
  if (!claim) return null;
  return html`<span class=${claim.by === user.name ? "claim-mark claim-mine" : "claim-mark"}>${nameTag(claim.by, user)}</span>`;
}

/** On top of an incident: said first where somebody else works on it.
 * @param {{incident: string, board: any, user: User, may: (permission: string) => boolean}} props */
export function ClaimLine({ incident, board, user, may }) {
  const time = useTick();
  const [asking, setAsking] = useState(false);
  const claim = /** @type {Claim|undefined} */ (board.items("claim").get(incident));
  const state = claimState(claim, user.name);
  const acted = useActedAt(claim, state);
  const mayClaim = may("act_on_alarms");
  const change = async (/** @type {"claim"|"release"} */ what, given = {}) => {
    const done = await post(`/api/v1/incidents/${encodeURIComponent(incident)}/${what}`, given);
    board.apply("claim", done);
    const other = what === "claim" ? "release" : "claim";
    const undo = () => void change(other, { version: done.version }).catch(sayRefusal);
    say({ text: t(`claim.done.${what}`, { id: incident }), undo });
  };
  const act = () => {
    if (state === "others") setAsking(true);
    else void change(state === "mine" ? "release" : "claim").catch(sayRefusal);
  };
  useKeys(mayClaim ? [{ keys: "c", label: `key.claim.${state}`, run: act }] : []);
  return html`<p class=${`claim claim-${state}`}>
    <span><${Words} claim=${claim} state=${state} acted=${acted} time=${time} /></span>
    ${mayClaim && html`<button class="button button-small" onClick=${act}>${t(`claim.do.${state}`)} <kbd>c</kbd></button>`}
    ${
      asking &&
      claim &&
      html`<${TakeOver} claim=${claim} onClose=${() => setAsking(false)} onTake=${(/** @type {string} */ note) => change("claim", { take_over: true, version: claim.version, note })} />`
    }
  </p>`;
}

/** When they last did anything, asked anew now and then: that they do something else tells nothing of their claim.
 * @param {Claim|undefined} claim
 * @param {import("../state/claims.js").ClaimState} state
 * @returns {string|null} */
function useActedAt(claim, state) {
  const path = claim && state === "others" ? "/api/v1/claims" : "";
  const { data } = useFetched(path, { params: { by: claim?.by, limit: 1 }, everyMs: LOOK_AGAIN_MS });
  return data?.items[0]?.acted_at ?? null;
}

/** @param {{claim: Claim|undefined, state: import("../state/claims.js").ClaimState, acted: string|null, time: number}} props */
function Words({ claim, state, acted, time }) {
  if (!claim) return t("claim.free");
  return html`<span role=${state === "others" ? "alert" : undefined}>${t(`claim.${state}`, { who: claim.by })}</span> <${Countdown} at=${claim.at} going />
    ${claim.note && html`: ${claim.note}`}
    ${
      state === "others" &&
      acted &&
      isIdle(claim.at, acted, time) &&
      html` · <span class="word-major">▲ ${t("claim.idle")} <${Countdown} at=${acted} going /></span>`
    }`;
}

/** @param {{claim: Claim, onClose: () => void, onTake: (note: string) => Promise<void>}} props */
function TakeOver({ claim, onClose, onTake }) {
  return html`<${FormDialog}
    title=${t("claim.take_over_title", { who: claim.by, id: claim.incident })}
    action=${t("claim.do.others")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => onTake(fields.note ?? "")}
  >
    <p class="muted">${t("claim.take_over_hint", { who: claim.by })}</p>
    <${Field} name="note" label=${t("claim.note")}><input id="field-note" name="note" maxlength="300" /><//>
  <//>`;
}
