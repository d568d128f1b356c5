/**
 * The procedure view: found as one types, by alarm type or complaint category; beside the list the one that is read.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useAwaited, useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { filterOf } from "../state/procedures.js";
import { refusalSentence } from "../words/catalogue.js";
import { ProcedureDetail } from "./procedure_detail.js";
import { EditDialog } from "./procedure_dialogs.js";
import { ProcedureFilters } from "./procedure_filters.js";
import { ProcedureLine } from "./procedure_line.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */
/** @typedef {import("./views.js").ViewProps} ViewProps */

/** Fewer questions while one types, and still an answer between two words. */
const TYPING_MS = 60;

/** `route.text` is what is looked for, `route.state` the alarm type or category, `route.id` the procedure that is read.
 * @param {ViewProps} props */
export function Procedures({ board, route, go, may }) {
  const [text, setText] = useState(route.text);
  const [both, setBoth] = useState(false);
  const [entering, setEntering] = useState(false);
  const box = useRef(/** @type {HTMLInputElement|null} */ (null));
  const news = [...board.items("procedure").values()].map((one) => `${one.id}/${one.version}`).join();
  const { found, problem } = useFound({ text, ...filterOf(route.state), ...(!both && { language: lang() }) }, news);
  const categories = useCategories();
  const here = found?.find((one) => one.id === route.id) ?? (route.id ? null : found?.[0]);
  const id = here?.id ?? route.id;
  const at = { view: "procedures", text, state: route.state };
  const look = (/** @type {Procedure|undefined} */ one) => one && go({ ...at, id: one.id }, true);
  useEffect(() => {
    if (text !== route.text) go({ ...at, id: "" }, true);
  }, [text]);
  useAwaited(!found && !problem);
  useListKeys(found, id, look, box);
  const mayEdit = may("edit_procedures");
  useKeys(mayEdit ? [{ keys: "n", label: "key.new_procedure", run: () => setEntering(true) }] : []);
  return html`<section class="view-tickets">
    <${ProcedureFilters} text=${text} onText=${setText} box=${box} chosen=${route.state} categories=${categories}
      onChoose=${(/** @type {string} */ state) => go({ ...at, id: "", state }, true)} both=${both} onBoth=${setBoth}>
      ${mayEdit && html`<button class="button button-small" onClick=${() => setEntering(true)}>${t("procedure.new")} <kbd>n</kbd></button>`}
    <//>
    ${
      found?.length || id
        ? html`<div class="split procedures">
            <${List} found=${found ?? []} id=${id} text=${text} at=${at} categories=${categories} />
            <${ProcedureDetail} key=${id} id=${id} news=${news} text=${text} categories=${categories} mayEdit=${mayEdit} board=${board} />
          </div>`
        : html`<${Nothing} title=${problem || t(found ? "empty.procedures" : "loading")} hint=${found ? t("empty.procedures.hint") : ""} />`
    }
    ${
      entering &&
      html`<${EditDialog}
        categories=${categories}
        onClose=${() => setEntering(false)}
        onKept=${(/** @type {Procedure} */ one) => {
          board.apply("procedure", one);
          setText("");
          go({ view: "procedures", id: one.id }, true);
        }}
      />`
    }
  </section>`;
}

/** @param {{found: Procedure[], id: string, text: string, at: object, categories: Map<string, any>}} props */
function List({ found, id, text, at, categories }) {
  return html`<nav class="side" aria-label=${t("view.procedures")}>
    <ul>
      ${found.map(
        (one) => html`<${ProcedureLine} key=${one.id} one=${one} here=${one.id === id} text=${text} at=${at} categories=${categories} />`,
      )}
    </ul>
    ${!found.length && html`<p class="side-more muted dense">${t("empty.procedures")}</p>`}
  </nav>`;
}

/** What holds what was typed; the former answer stays until the next one is there.
 * @param {Record<string, string|undefined>} params
 * @param {string} news  asked again when it is another
 * @returns {{found: Procedure[]|null, problem: string}} */
function useFound(params, news) {
  const [found, setFound] = useState(/** @type {Procedure[]|null} */ (null));
  const [problem, setProblem] = useState("");
  const asked = JSON.stringify(params);
  useEffect(() => {
    const wanted = new AbortController();
    const ask = () =>
      get("/api/v1/procedures", params, wanted.signal).then(
        ({ items }) => (setFound(items), setProblem("")),
        (error) => wanted.signal.aborted || setProblem(refusalSentence(error)),
      );
    const timer = setTimeout(ask, found ? TYPING_MS : 0);
    return () => (clearTimeout(timer), wanted.abort());
  }, [asked, news]);
  return { found, problem };
}

/** @returns {Map<string, {id: string, zh: string, en: string}>} complaint categories; none for who may not read complaints */
function useCategories() {
  const { data } = useFetched("/api/v1/complaint-categories");
  return new Map((data?.items ?? []).map((/** @type {any} */ one) => [one.id, one]));
}

/** @param {Procedure[]|null} found
 * @param {string} id
 * @param {(one: Procedure|undefined) => void} look
 * @param {{current: HTMLInputElement|null}} box */
function useListKeys(found, id, look, box) {
  const step = (/** @type {Procedure[]} */ list, /** @type {number} */ by) => {
    const place = list.findIndex((one) => one.id === id) + by;
    look(list[Math.max(0, Math.min(list.length - 1, place))]);
  };
  const steps = found && [
    { keys: "j", label: "key.down", run: () => step(found, 1) },
    { keys: "k", label: "key.up", run: () => step(found, -1) },
  ];
  useKeys([...(steps ?? []), { keys: "/", label: "key.search", run: () => box.current?.focus() }]);
}
