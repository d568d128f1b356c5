/**
 * The handover view: earlier ones on the left, the one that is written, handed over or read on the right.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { useFirst } from "../parts/use_first.js";
import { searchOf } from "../state/route.js";
import { HandoverDetail } from "./handover_detail.js";

/** @typedef {import("../state/shapes_shift.js").Handover} Handover */
/** @typedef {import("./views.js").ViewProps} ViewProps */

/** @param {ViewProps} props */
export function HandoverView({ board, route, go, user }) {
  const [waiting, setWaiting] = useState(false);
  const open = /** @type {Handover[]} */ ([...board.items("handover").values()]);
  const on = open.map((one) => `${one.id}/${one.version}`).join();
  const { data, problem, again } = useFetched("/api/v1/handovers", { params: { state: "all" }, on });
  const list = /** @type {Handover[]} */ (data?.items ?? []);
  const draft = list.find((one) => one.state === "draft");
  const first = useFirst(list, (one) => one.id);
  const id = route.id || first;
  const look = (/** @type {string} */ to) => go({ view: "handover", id: to }, true);
  const begin = async () => {
    setWaiting(true);
    try {
      const begun = await post("/api/v1/handovers");
      await again();
      look(begun.id);
    } catch (error) {
      sayRefusal(error);
    }
    setWaiting(false);
  };
  const step = (/** @type {number} */ by) => {
    const next = list[Math.max(0, Math.min(list.length - 1, list.findIndex((one) => one.id === id) + by))];
    if (next) look(next.id);
  };
  const keys = [
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    { keys: "n", label: "handover.begin", run: () => (draft ? look(draft.id) : void begin()) },
  ];
  useKeys(data ? keys : []);
  if (!data) return html`<${Nothing} title=${problem || t("loading.handover")} />`;
  if (!list.length && !route.id)
    return html`<${Nothing} title=${t("empty.handover")} hint=${t("empty.handover.hint")}>
      <button class="button button-primary" disabled=${waiting} onClick=${begin}>${t("handover.begin")} <kbd>n</kbd></button>
    <//>`;
  return html`<section class=${route.id ? "split split-opened" : "split"} aria-label=${t("view.handover")}>
    <div class="side" tabindex="0">
      ${
        !draft &&
        html`<p class="side-more"><button class="button" disabled=${waiting} onClick=${begin}>${t("handover.begin")} <kbd>n</kbd></button></p>`
      }
      <ol aria-label=${t("handover.earlier")}>
        ${list.map((one) => html`<${Line} key=${one.id} handover=${one} here=${one.id === id} />`)}
      </ol>
    </div>
    ${id ? html`<${HandoverDetail} key=${id} id=${id} on=${on} user=${user} board=${board} onChanged=${again} />` : html`<${Nothing} title=${t("empty.handover")} />`}
  </section>`;
}

/** @param {{handover: Handover, here: boolean}} props */
function Line({ handover, here }) {
  const { id, state, made_at, handed_over_at, signed_by, sentence } = handover;
  return html`<li>
    <a class=${here ? "line line-here" : "line"} href=${searchOf({ view: "handover", id })} aria-current=${here ? "true" : undefined}>
      <span class="line-top">
        <span>${id}</span>
        <span class="line-title">${t(`handover.${state}`)} ${signed_by ?? ""}</span>
        <span class="muted"><${Time} at=${handed_over_at ?? made_at} /></span>
      </span>
      <span class="line-facts line-sentence">${sentence?.[lang()] ?? t("handover.being_written")}</span>
    </a>
  </li>`;
}
