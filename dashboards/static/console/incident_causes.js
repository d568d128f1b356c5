/**
 * Why an incident is one: its tree of causes, and the alarm that is chosen in it.
 */

import { html, useMemo, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { cursorIn, treeRows } from "../state/tree_rows.js";
import { Chosen } from "./incident_chosen.js";
import { AlarmTree } from "./incident_tree.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/tree_rows.js").FoldBy} FoldBy */

const MANY = 12;
const TALL = 15;

/**
 * @param {object} props
 * @param {import("../shapes.js").Incident} props.incident
 * @param {ReadonlyMap<string, Alarm>} props.alarms
 * @param {import("../state/incidents.js").TreeNode} props.root
 * @param {import("./incident_chosen.js").Unheard[]} props.unheard
 * @param {boolean} props.bound  the reader sees no further than a region
 * @param {any} props.board
 * @param {boolean} props.mayCorrect
 * @param {import("./incident_actions.js").Corrector} props.corrector
 * @param {string} props.chosen  the key of a row
 * @param {(key: string) => void} props.onChoose
 */
export function Causes({ incident, alarms, root, unheard, bound, board, mayCorrect, corrector, chosen, onChoose }) {
  const [toggled, setToggled] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [by, setBy] = useState(/** @type {FoldBy} */ ("type"));
  const last = useRef(0);
  const rows = useMemo(
    () => treeRows(root, alarms, { toggled, by, shown: chosen }),
    [root, alarms, toggled, by, chosen],
  );
  const index = cursorIn(rows, chosen, last.current);
  const row = rows[index];
  last.current = index;
  useKeys([{ keys: "z", label: "key.fold_by", run: () => setBy(by === "type" ? "site" : "type") }]);
  /** @param {string} key */
  const toggle = (key) => {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    setToggled(next);
    onChoose(key);
  };
  const hidden = incident.alarm_count - alarms.size;
  if (!row || !alarms.size) return html`<section><h3>${t("incident.why", { n: incident.alarm_count })}</h3></section>`;
  return html`<section class="causes">
    <div class="section-head">
      <h3>${t("incident.why", { n: incident.alarm_count })}</h3>
      ${alarms.size > MANY && html`<${FoldChips} by=${by} onBy=${setBy} />`}
    </div>
    ${hidden > 0 && html`<p class="muted dense">${bound ? t("incident.alarms_beyond", { n: hidden }) : t("incident.seen_of", { n: alarms.size, of: incident.alarm_count })}</p>`}
    <${AlarmTree}
      incident=${incident}
      rows=${rows}
      index=${index}
      onToggle=${toggle}
      onChoose=${onChoose}
    />
    <${Chosen}
      key=${row.key}
      row=${row}
      incident=${incident}
      alarms=${[...alarms.values()]}
      unheard=${unheard}
      board=${board}
      mayCorrect=${mayCorrect}
      afloat=${rows.length > TALL}
      corrector=${corrector}
      onAsk=${() => onChoose(row.key)}
    />
  </section>`;
}

/** @param {{by: FoldBy, onBy: (by: FoldBy) => void}} props */
function FoldChips({ by, onBy }) {
  return html`<div class="chips" role="group" aria-label=${t("key.fold_by")} title="z">
    <button class="chip" aria-pressed=${by === "type"} onClick=${() => onBy("type")}>${t("fold.by_type")}</button>
    <button class="chip" aria-pressed=${by === "site"} onClick=${() => onBy("site")}>${t("fold.by_site")}</button>
  </div>`;
}
