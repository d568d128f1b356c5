/**
 * The problem view: the causes behind faults that come back, what cost most first, and the one that is looked at.
 */

import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { useFetched } from "../parts/use_fetched.js";
import { useFirst } from "../parts/use_first.js";
import { byEnd, byWeight, isStanding } from "../state/problems.js";
import { searchOf } from "../state/route.js";
import { placeWords, problemTitle } from "../words/problems.js";
import { ProblemDetail } from "./problem_detail.js";
import { OpenProblem } from "./problem_dialogs.js";

/** @typedef {import("../state/shapes_problems.js").Problem} Problem */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const COLUMNS = ["problem", "problem_state", "problem_sites", "problem_faults", "problem_complaints", "problem_last"];
const NUMBERS = ["problem_faults", "problem_complaints"];
const NOTHING_YET = { sites: [], alarmType: "" };

/** `route.id` is what is looked at, `route.state` "over" what has ended.
 * @param {ViewProps} props */
export function Problems({ board, revision, route, go, user, may }) {
  useTick();
  const [opening, setOpening] = useState(false);
  const past = route.state === "over";
  const { list, over } = useProblems(board, revision, past);
  const first = useFirst(list, (one) => one.id);
  const id = route.id || first;
  const look = (/** @type {string} */ one) => go({ view: "problems", id: one, state: route.state }, true);
  const step = (/** @type {number} */ by) => {
    const place = list.findIndex((one) => one.id === id) + by;
    const next = list[Math.max(0, Math.min(list.length - 1, place))];
    if (next) look(next.id);
  };
  const mayWrite = may("manage_work_orders");
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    ...(mayWrite ? [{ keys: "n", label: "problem.new", run: () => setOpening(true) }] : []),
  ]);
  return html`<section class="view-tickets">
    <div class="bar">
      <div class="chips" role="group" aria-label=${t("filter")}>
        <a class="chip" aria-current=${past ? undefined : "true"} href=${searchOf({ view: "problems" })}>${t("problem.standing")}</a>
        <a class="chip" aria-current=${past ? "true" : undefined} href=${searchOf({ view: "problems", state: "over" })}>${t("problem.over")}</a>
      </div>
      ${mayWrite && html`<button class="button button-small bar-end" onClick=${() => setOpening(true)}>${t("problem.new")} <kbd>n</kbd></button>`}
    </div>
    ${
      id
        ? html`<div class="split split-table split-problems">
            <${Table} list=${list} id=${id} board=${board} past=${past} onPick=${look} />
            <${ProblemDetail} key=${id} id=${id} board=${board} user=${user} mayWrite=${mayWrite} />
          </div>`
        : html`<${Empty} board=${board} past=${past} over=${over} />`
    }
    ${opening && html`<${OpenProblem} board=${board} offer=${NOTHING_YET} onClose=${() => setOpening(false)} onOpened=${(/** @type {Problem} */ one) => go({ view: "problems", id: one.id })} />`}
  </section>`;
}

/** Those that stand, which are followed; or those that have ended, as they were fetched.
 * @param {any} board
 * @param {number} revision
 * @param {boolean} past
 * @returns {{list: Problem[], over: import("../parts/use_looked.js").Looked<{items: Problem[]}>}} */
function useProblems(board, revision, past) {
  const problems = board.items("problem");
  const over = useFetched(past ? "/api/v1/problems" : "", { params: { state: "ended" }, on: problems.size });
  const list = useMemo(() => {
    if (past) return /** @type {Problem[]} */ (over.data?.items ?? []).toSorted(byEnd);
    return /** @type {Problem[]} */ ([...problems.values()]).filter(isStanding).sort(byWeight);
  }, [revision, past, over.data]);
  return { list, over };
}

/** @param {{board: any, past: boolean, over: {data: unknown, problem: string}}} props */
function Empty({ board, past, over }) {
  if (past && !over.data) return html`<${Nothing} title=${over.problem || t("loading")} />`;
  if (!board.loaded) return html`<${Nothing} title=${t("loading")} />`;
  if (past) return html`<${Nothing} title=${t("empty.problems_over")} />`;
  return html`<${Nothing} title=${t("empty.problems")} hint=${t("empty.problems.hint")} />`;
}

/** @param {{list: Problem[], id: string, board: any, past: boolean, onPick: (id: string) => void}} props */
function Table({ list, id, board, past, onPick }) {
  const columns = past ? COLUMNS.map((name) => (name === "problem_last" ? "problem_ended" : name)) : COLUMNS;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("view.problems")}>
    <table class="table table-roomy table-pick table-problems">
      <${TableHead} columns=${columns} numbers=${NUMBERS} />
      <tbody>
        ${list.map((one) => html`<${Row} key=${one.id} one=${one} here=${one.id === id} board=${board} onPick=${() => onPick(one.id)} />`)}
      </tbody>
    </table>
  </div>`;
}

/** @param {{one: Problem, here: boolean, board: any, onPick: () => void}} props */
function Row({ one, here, board, onPick }) {
  const line = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    if (here) line.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  const place = placeWords(one.sites, board);
  return html`<tr ref=${line} class=${here ? "row-here" : ""} aria-current=${here ? "true" : undefined} onClick=${onPick}>
    <td class="cell-wide">${problemTitle(one, board)} <span class="muted">${one.id}</span></td>
    <td class=${one.state === "open" ? "" : "muted"}>${t(`problem.${one.state}`)}</td>
    <td>${place}</td>
    <td class="number">${one.faults}</td>
    <td class="number">${one.complaints || html`<span class="muted">0</span>`}</td>
    <td class="muted"><${Time} at=${one.ended_at ?? one.last_at} /></td>
  </tr>`;
}
