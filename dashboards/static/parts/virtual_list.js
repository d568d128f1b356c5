/**
 * A list of any length in which only the rows in sight exist: fixed row height, one scroll box, one tab stop. It does not
 * jump: when rows come in above, what one looks at stays where it is.
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

/** The row by which the list holds still: the cursor's when it is in sight, else the top one once one has scrolled.
 * @param {number} top
 * @param {number} height of the rows in sight
 * @param {number} rowHeight
 * @param {number} cursor  -1 for none
 * @returns {number} -1 at the very top, where what is new shall be seen */
export function anchorOf(top, height, rowHeight, cursor) {
  if (isInSight(top, height, rowHeight, cursor)) return cursor;
  return top > 0 ? Math.ceil(top / rowHeight) : -1;
}

/** Whether a row is wholly in sight.
 * @param {number} top
 * @param {number} height of the rows in sight
 * @param {number} rowHeight
 * @param {number} index */
function isInSight(top, height, rowHeight, index) {
  return index >= 0 && index * rowHeight >= top && (index + 1) * rowHeight <= top + height;
}

/**
 * @param {object} props
 * @param {number} props.count
 * @param {number} props.rowHeight
 * @param {number} props.cursor  the row to keep in sight; -1 for none
 * @param {(index: number) => unknown} props.row
 * @param {(index: number) => string|undefined} [props.idAt]  with `indexOf`: rows come and go, and must not jump
 * @param {(id: string) => number} [props.indexOf]
 * @param {{current: {first: number, last: number}}} [props.seen]  told which rows are in sight
 * @param {(count: number) => string} [props.above]  words for rows that came in above what one sees
 * @param {object} [props.pointing]  handlers of the mouse over the rows
 * @param {string} props.label
 * @param {string} [props.active]  the id of the row that has the cursor
 * @param {number} props.columns
 * @param {unknown} props.head  the row of column headings, as high as a row; stays in sight
 */
export function VirtualList(props) {
  const { count, rowHeight, cursor, row, label, active, columns, head } = props;
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [view, setView] = useState({ top: 0, height: 800 });
  const look = () => box.current && setView(sizeOf(box.current));
  useLayoutEffect(() => measured(box.current, look), []);
  useInSight(box, view, props);
  const [above, top] = useStill(box, props, look);
  const { first, last } = windowOf(view.top, view.height, rowHeight, count);
  if (props.seen) props.seen.current = inSight(view, rowHeight, count);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, n) => row(first + n));
  return html`
    <div class="rows-around">
      <div
        class="rows"
        ref=${box}
        role="grid"
        tabindex="0"
        aria-label=${label}
        aria-rowcount=${count + 1}
        aria-colcount=${columns}
        aria-multiselectable="true"
        aria-activedescendant=${cursor >= first && cursor < last ? active : undefined}
        onScroll=${look}
        ...${props.pointing}
      >
        <div class="rows-head" role="rowgroup">${head}</div>
        <div class="rows-all" role="presentation" style=${{ height: `${count * rowHeight}px` }}>
          <div class="rows-seen" role="rowgroup" style=${{ transform: `translateY(${first * rowHeight}px)` }}>
            ${rows}
          </div>
        </div>
      </div>
      ${above > 0 && props.above && html`<button class="button button-small rows-above" onClick=${top}>${props.above(above)}</button>`}
    </div>
  `;
}

/** Scrolls to the row that got the cursor, and after it when the box has become lower.
 * @param {{current: HTMLElement|null}} box
 * @param {{top: number, height: number}} view
 * @param {Parameters<typeof VirtualList>[0]} props */
function useInSight(box, { height }, { rowHeight, cursor }) {
  const before = useRef({ cursor: -1, height: 0 });
  useEffect(() => {
    const element = box.current;
    const was = before.current;
    before.current = { cursor, height };
    if (!element || cursor < 0) return;
    const { scrollTop } = element;
    if (was.cursor === cursor && !isInSight(scrollTop, was.height - rowHeight, rowHeight, cursor)) return;
    element.scrollTop = scrollFor(scrollTop, element.clientHeight - rowHeight, rowHeight, cursor);
  }, [cursor, height]);
}

/** Scrolls along when rows come or go above the anchor, and counts what came in above since one was last at the top.
 * @param {{current: HTMLElement|null}} box
 * @param {Parameters<typeof VirtualList>[0]} props
 * @param {() => void} look
 * @returns {[number, () => void]} the count, and what leads to the top */
function useStill(box, { count, rowHeight, cursor, idAt, indexOf }, look) {
  const anchor = useRef({ id: "", index: -1 });
  const [above, setAbove] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !idAt || !indexOf) return;
    const { id, index } = anchor.current;
    const now = id ? indexOf(id) : -1;
    const moved = now >= 0 ? now - index : 0;
    if (moved) {
      element.scrollTop += moved * rowHeight;
      look();
    }
    const place = anchorOf(element.scrollTop, element.clientHeight - rowHeight, rowHeight, cursor);
    anchor.current = { id: place < 0 ? "" : (idAt(place) ?? ""), index: place };
    if (element.scrollTop === 0) setAbove(0);
    else if (moved > 0) setAbove(above + moved);
  });
  const top = () => {
    anchor.current = { id: "", index: -1 };
    box.current?.scrollTo({ top: 0 });
    box.current?.focus();
  };
  return [count ? above : 0, top];
}

/** The rows that are wholly or half in sight, without the spare ones.
 * @param {{top: number, height: number}} view
 * @param {number} rowHeight
 * @param {number} count */
function inSight({ top, height }, rowHeight, count) {
  const rows = Math.max(1, Math.round((height - rowHeight) / rowHeight));
  const first = Math.round(top / rowHeight);
  return { first, last: Math.min(count, first + rows) };
}

/** @param {HTMLElement|null} element
 * @param {() => void} look */
function measured(element, look) {
  if (!element) return undefined;
  const observer = new ResizeObserver(look);
  observer.observe(element);
  return () => observer.disconnect();
}

/** @param {HTMLElement} element
 * @returns {{top: number, height: number}} */
function sizeOf(element) {
  return { top: element.scrollTop, height: element.clientHeight };
}
