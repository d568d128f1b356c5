/**
 * A list of any length in which only the rows in sight exist: fixed row height, one scroll box, one tab stop.
 */

import { html, useEffect, useLayoutEffect, useRef, useState } from "/vendor/preact.js";

const SPARE = 6;

/** The rows to draw.
 * @param {number} top scroll offset in pixels
 * @param {number} height of the box in pixels
 * @param {number} rowHeight
 * @param {number} count
 * @returns {{first: number, last: number}} last is exclusive */
export function windowOf(top, height, rowHeight, count) {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - SPARE));
  return { first, last: Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE) };
}

/** Where the box must scroll so that a row is wholly in sight.
 * @param {number} top
 * @param {number} height
 * @param {number} rowHeight
 * @param {number} index */
export function scrollFor(top, height, rowHeight, index) {
  const above = index * rowHeight;
  if (above < top) return above;
  return Math.max(top, above + rowHeight - height);
}

/**
 * @param {object} props
 * @param {number} props.count
 * @param {number} props.rowHeight
 * @param {number} props.cursor  the row to keep in sight; -1 for none
 * @param {(index: number) => unknown} props.row
 * @param {string} props.label
 * @param {string} [props.active]  the id of the row that has the cursor
 * @param {number} props.columns
 * @param {unknown} props.head  the row of column headings, as high as a row; stays in sight
 */
export function VirtualList({ count, rowHeight, cursor, row, label, active, columns, head }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [view, setView] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => measured(box.current, setView), []);
  useEffect(() => {
    const element = box.current;
    if (element && cursor >= 0) {
      element.scrollTop = scrollFor(element.scrollTop, element.clientHeight - rowHeight, rowHeight, cursor);
    }
  }, [cursor]);
  const { first, last } = windowOf(view.top, view.height, rowHeight, count);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, n) => row(first + n));
  return html`
    <div
      class="rows"
      ref=${box}
      role="grid"
      tabindex="0"
      aria-label=${label}
      aria-rowcount=${count + 1}
      aria-colcount=${columns}
      aria-multiselectable="true"
      aria-activedescendant=${active}
      onScroll=${(/** @type {Event} */ event) => setView(sizeOf(/** @type {HTMLElement} */ (event.currentTarget)))}
    >
      <div class="rows-head" role="rowgroup">${head}</div>
      <div class="rows-all" role="presentation" style=${{ height: `${count * rowHeight}px` }}>
        <div class="rows-seen" role="rowgroup" style=${{ transform: `translateY(${first * rowHeight}px)` }}>
          ${rows}
        </div>
      </div>
    </div>
  `;
}

/** @param {HTMLElement|null} element
 * @param {(view: {top: number, height: number}) => void} setView */
function measured(element, setView) {
  if (!element) return undefined;
  const observer = new ResizeObserver(() => setView(sizeOf(element)));
  observer.observe(element);
  return () => observer.disconnect();
}

/** @param {HTMLElement} element */
function sizeOf(element) {
  return { top: element.scrollTop, height: element.clientHeight };
}
