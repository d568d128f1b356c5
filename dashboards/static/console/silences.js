/**
 * The silence view: maintenance windows and shelves, what they keep quiet now, planning one and ending it.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { clock, full, relative } from "/shared/lib/time.js";
import { FormDialog } from "../parts/dialog.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { say } from "../parts/toasts.js";
import { useFirst } from "../parts/use_first.js";
import { searchOf } from "../state/route.js";
import { byWhatHolds, isOver, quietUnder } from "../state/silences.js";
import { alarmType, silencedText } from "../words/catalogue.js";
import { weekWords } from "../words/week.js";
import { PlanSilence } from "./plan_silence.js";

/** @typedef {import("../shapes.js").Silence} Silence */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const MOST = 500;
const COLUMNS = ["silence", "state", "what", "meant", "when", "alarms", "planned_by", "action"];

/** `route.id` is what is looked at, or the ticket for whose work something is to be planned.
 * @param {ViewProps} props */
export function Silences({ board, revision, route, go, may }) {
  const time = useTick();
  const mayPlan = may("plan_silence");
  const forTicket = mayPlan && board.items("ticket").has(route.id) ? route.id : "";
  const [planning, setPlanning] = useState(false);
  const [ending, setEnding] = useState(/** @type {Silence|null} */ (null)); // this one, whatever comes to stand first
  const standing = [...board.items("silence").values()].filter((one) => !isOver(one, time));
  const list = useMemo(() => standing.sort(byWhatHolds), [revision, standing.length]);
  const quiet = useMemo(() => quietUnder(board.sorted.items), [revision]);
  const first = useFirst(list, (one) => one.id);
  const here = list.find((one) => one.id === route.id) ?? list.find((one) => one.id === first);
  /** @param {number} by */
  const step = (by) => {
    const next = list[Math.max(0, Math.min(list.length - 1, list.findIndex((one) => one.id === here?.id) + by))];
    if (next) go({ view: "silences", id: next.id }, true);
  };
  const plan = () => mayPlan && setPlanning(true);
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    { keys: "n", label: "key.plan_silence", run: plan },
    { keys: "e", label: "key.end_silence", run: () => mayPlan && here && setEnding(here) },
  ]);
  const close = () => {
    setPlanning(false);
    setEnding(null);
    if (forTicket) go({ view: "silences" }, true);
  };
  const look = (/** @type {Silence} */ one) => go({ view: "silences", id: one.id }, true);
  const end = (/** @type {Silence} */ one) => {
    look(one);
    setEnding(one);
  };
  return html`<section class="view-tickets">
    <div class="bar">
      <span class="muted">${t("silence.order")}</span>
      ${
        mayPlan &&
        html`<button class="button button-small bar-end" onClick=${plan}>
          ${t("silence.plan")} <kbd>n</kbd>
        </button>`
      }
    </div>
    ${
      list.length
        ? html`<${Table} list=${list} here=${here} quiet=${quiet} onPick=${look} onEnd=${mayPlan ? end : null} />`
        : html`<${NoSilence} board=${board} />`
    }
    ${(planning || forTicket) && html`<${PlanSilence} board=${board} ticket=${forTicket} onClose=${close} />`}
    ${ending && html`<${EndDialog} silence=${board.items("silence").get(ending.id) ?? ending} board=${board} onClose=${close} />`}
  </section>`;
}

/** @param {{board: any}} props */
function NoSilence({ board }) {
  if (!board.loaded) return html`<${Nothing} title=${t("loading.silences")} />`;
  return html`<${Nothing} title=${t("empty.silences")} hint=${t("empty.silences.hint")} />`;
}

/** @param {{list: Silence[], here: Silence|undefined, quiet: Map<string, number>, onPick: (one: Silence) => void, onEnd: ((one: Silence) => void)|null}} props */
function Table({ list, here, quiet, onPick, onEnd }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("view.silences")}>
    <table class="table table-roomy table-pick table-silences">
      <${TableHead} columns=${COLUMNS} />
      <tbody>
        ${list.slice(0, MOST).map(
          (one) =>
            html`<${SilenceRow}
              key=${one.id}
              silence=${one}
              here=${one === here}
              quiet=${quiet.get(one.id) ?? 0}
              onPick=${() => onPick(one)}
              onEnd=${onEnd && (() => onEnd(one))}
            />`,
        )}
      </tbody>
    </table>
    ${list.length > MOST && html`<p class="muted">${t("more_n", { n: list.length - MOST })}</p>`}
  </div>`;
}

/** @param {{silence: Silence, here: boolean, quiet: number, onPick: () => void, onEnd: (() => void)|null}} props */
function SilenceRow({ silence, here, quiet, onPick, onEnd }) {
  const end = (/** @type {MouseEvent} */ event) => {
    event.stopPropagation();
    onEnd?.();
  };
  return html`<tr id=${`silence-${silence.id}`} class=${here ? "row-here" : ""} aria-current=${here ? "true" : undefined} onClick=${onPick}>
    <td>${silence.id}</td>
    <td class=${silence.holds ? "" : "muted"}>${stateWords(silence)}</td>
    <td class="cell-wide">
      ${silence.title} <span class="muted">${t(`silence.${silence.kind}`)}</span>
      ${silence.ticket && html` <a href=${searchOf({ view: "tickets", id: silence.ticket })}>${silence.ticket}</a>`}
    </td>
    <td class="cell-meant" title=${meantWords(silence)}>${meantWords(silence)}</td>
    <td>${whenWords(silence)}</td>
    <td>${quiet ? html`<a href=${alarmsUnder(silence)}>${quiet}</a>` : html`<span class="muted">–</span>`}</td>
    <td class="muted">${silence.made_by} <${Time} as="ago" at=${silence.made_at} zone=${silence.time_zone} /></td>
    <td>
      ${
        onEnd &&
        html`<button class="button button-small button-quiet" data-key="e" title=${here ? "e" : undefined} aria-label=${`${t("silence.end")} ${silence.id}`} onClick=${end}>
          ${t("silence.end")}
        </button>`
      }
    </td>
  </tr>`;
}

/** @param {Silence} silence */
function alarmsUnder({ kind, id }) {
  return searchOf({ view: "alarms", text: silencedText(`${kind}:${id}`), silent: true });
}

/** @param {Silence} silence */
function stateWords({ holds, changes_at, time_zone }) {
  if (!changes_at) return t(holds ? "silence.holds" : "silence.over");
  if (holds) return t("silence.holds_until", { time: clock(changes_at, time_zone) });
  return t("silence.begins", { time: relative(changes_at, time_zone) });
}

/** @param {Silence} silence */
function meantWords({ sites, regions, resources, alarm_types }) {
  const places = [...sites, ...regions].join(t("comma")) || t("silence.everywhere");
  const things = resources.join(t("comma")) || t("silence.all_resources");
  const types = alarm_types.map((type) => alarmType(type)).join(t("comma")) || t("silence.all_types");
  return [places, things, types].join(" · ");
}

/** @param {Silence} silence */
function whenWords({ weekly, starts_at, ends_at, time_zone }) {
  if (weekly) return html`${weekWords(weekly)} <span class="muted">${time_zone}</span>`;
  const end = ends_at ? html`<${Clock} at=${ends_at} zone=${time_zone} />` : t("silence.standing");
  return html`<${Clock} at=${starts_at} zone=${time_zone} /> – ${end}`;
}

/** @param {{at: string, zone: string}} props */
function Clock({ at, zone }) {
  return html`<time datetime=${at} title=${full(at, zone)}>${clock(at, zone)}</time>`;
}

/** @param {{silence: Silence, board: any, onClose: () => void}} props */
function EndDialog({ silence, board, onClose }) {
  const submit = async () => {
    const path = `/api/v1/silences/${encodeURIComponent(silence.id)}/end`;
    board.apply("silence", await post(path, { version: silence.version }));
    say({ text: t("silence.ended", { id: silence.id }) });
  };
  return html`<${FormDialog}
    title=${t("silence.end_title", { id: silence.id })}
    action=${t("silence.end")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <p>${silence.title} · ${meantWords(silence)}</p>
    <p class="muted dense">${t("silence.end_hint")}</p>
  <//>`;
}
