/**
 * The alarms of an incident as a tree: the root first, below each what it caused, with the reason in words.
 */

import { html, useEffect, useRef } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { rem, useNarrow } from "../parts/measures.js";
import { bringIntoSight, useSeenRows } from "../parts/seen_rows.js";
import { TreeRow } from "./incident_tree_row.js";

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../state/tree_rows.js").Row} Row */

const BOX = ".detail";
const ROW_REM = 1.75;
const NARROW_ROW_REM = 4.25;
const ROOM_BELOW = 120;

/**
 * @param {object} props
 * @param {Incident} props.incident
 * @param {Row[]} props.rows
 * @param {number} props.index  of the row that is chosen
 * @param {(key: string) => void} props.onChoose
 * @param {(key: string) => void} props.onToggle  opens or folds a row
 */
export function AlarmTree({ incident, rows, index, onChoose, onToggle }) {
  const block = useRef(/** @type {HTMLElement|null} */ (null));
  const moved = useRef(false);
  const height = rem() * (useNarrow() ? NARROW_ROW_REM : ROW_REM);
  const { first, last } = useSeenRows(block, BOX, height, rows.length);
  /** @param {number} to */
  const moveTo = (to) => {
    const place = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[place];
    if (!row) return;
    moved.current = true;
    onChoose(row.key);
  };
  useKeys([
    { keys: "J", label: "key.tree_down", run: () => moveTo(index + 1) },
    { keys: "K", label: "key.tree_up", run: () => moveTo(index - 1) },
  ]);
  useEffect(() => {
    if (moved.current && block.current) bringIntoSight(block.current, BOX, height, index, ROOM_BELOW);
    moved.current = false;
  }, [index]);
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const action = keyAction(event.key, rows, index, moveTo, onToggle);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
  const shown = rows.slice(first, last);
  return html`<div
    class="tree"
    role="tree"
    tabindex="0"
    ref=${block}
    aria-label=${t("incident.tree")}
    aria-activedescendant=${index >= first && index < last ? rowId(index) : undefined}
    style=${{ height: `${rows.length * height}px` }}
    onKeyDown=${press}
  >
    <div class="tree-seen" role="none" style=${{ transform: `translateY(${first * height}px)` }}>
      ${shown.map(
        (row, n) =>
          html`<${TreeRow}
            key=${row.key}
            row=${row}
            id=${rowId(first + n)}
            here=${first + n === index}
            incident=${incident}
            height=${height}
            onChoose=${() => onChoose(row.key)}
            onToggle=${() => onToggle(row.key)}
          />`,
      )}
    </div>
  </div>`;
}

/** What a key means in a tree, as in every other (WAI-ARIA tree view).
 * @param {string} key
 * @param {Row[]} rows
 * @param {number} index
 * @param {(to: number) => void} moveTo
 * @param {(key: string) => void} onToggle
 * @returns {(() => void)|undefined} */
function keyAction(key, rows, index, moveTo, onToggle) {
  const row = rows[index];
  if (!row) return undefined;
  const toggle = () => onToggle(row.key);
  const above = rows.slice(0, index).findLastIndex((one) => one.depth < row.depth);
  /** @type {Record<string, (() => void)|undefined>} */
  const actions = {
    ArrowDown: () => moveTo(index + 1),
    ArrowUp: () => moveTo(index - 1),
    Home: () => moveTo(0),
    End: () => moveTo(rows.length - 1),
    ArrowRight: row.below > 0 ? () => (row.open ? moveTo(index + 1) : toggle()) : undefined,
    ArrowLeft: row.open ? toggle : above >= 0 ? () => moveTo(above) : undefined,
    Enter: row.below > 0 ? toggle : undefined,
    " ": row.below > 0 ? toggle : undefined,
  };
  return actions[key];
}

/** @param {number} index */
function rowId(index) {
  return `tree-row-${index}`;
}
