/**
 * The one box: what is typed is looked for at once, and Enter asks about the number, or about what was found.
 */

import { html, useLayoutEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { isToBeFound } from "../state/ask.js";
import { find } from "./call.js";

/** @typedef {import("../state/shapes_desk.js").Found} Found */

const PAUSE_MS = 120;

/**
 * @param {object} props
 * @param {{current: HTMLInputElement|null}} props.box
 * @param {import("./call.js").Call} props.call
 * @param {boolean} props.picking
 * @param {() => void} props.onPick
 * @param {(id: string) => void} props.onComplaint  a complaint was chosen
 */
export function AskBox({ box, call, picking, onPick, onComplaint }) {
  const suggested = useSuggestions();
  const { items, cursor, move, drop, look } = suggested;
  // not useEffect, which runs after the paint: the next key comes before it
  useLayoutEffect(() => {
    if (!call.since && !call.pop.ask) box.current?.focus(); // during a call single keys mean something
  }, []);
  const take = (/** @type {Found} */ one) => {
    drop();
    box.current?.blur();
    if (one.kind === "complaint") return onComplaint(one.id);
    call.setText(one.title);
    return void call.askFor(one.ask);
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const chosen = items[cursor];
    if (chosen) return take(chosen);
    const typed = call.text;
    const found = isToBeFound(typed) ? await find(typed).catch(() => []) : [];
    if (box.current?.value !== typed) return; // something else was asked meanwhile
    if (found.length > 1 && found[0]?.title !== typed && found[0]?.id !== typed) return suggested.show(found);
    if (found[0]) return take(found[0]);
    drop();
    box.current?.blur();
    return void call.ask(typed);
  };
  return html`<form class="ask" role="search" onSubmit=${submit}>
    <div class="ask-around">
      <input
        ref=${box}
        class="ask-box"
        type="text"
        role="combobox"
        aria-label=${t("desk.box")}
        aria-expanded=${items.length > 0}
        aria-controls="desk-found"
        aria-autocomplete="list"
        aria-activedescendant=${items[cursor] ? `found-${cursor}` : undefined}
        placeholder=${t("desk.box_hint")}
        autocomplete="off"
        spellcheck=${false}
        value=${call.text}
        onInput=${(/** @type {InputEvent} */ event) => {
          const { value } = /** @type {HTMLInputElement} */ (event.target);
          call.setText(value);
          look(value);
        }}
        onKeyDown=${move}
        onBlur=${() => drop()}
      />
      <${Suggestions} items=${items} cursor=${cursor} onTake=${take} />
    </div>
    <button class="button button-primary">${t("desk.look_up")} <kbd>↵</kbd></button>
    <button type="button" class="button" aria-expanded=${picking} onClick=${onPick}>${t("desk.map")} <kbd>m</kbd></button>
  </form>`;
}

/** @param {{items: Found[], cursor: number, onTake: (one: Found) => void}} props */
function Suggestions({ items, cursor, onTake }) {
  return html`<ul id="desk-found" class="found" role="listbox" aria-label=${t("desk.found")} hidden=${!items.length}>
    ${items.map(
      (one, place) => html`<li
        key=${`${one.kind} ${one.id} ${place}`}
        id=${`found-${place}`}
        role="option"
        class=${place === cursor ? "found-line found-chosen" : "found-line"}
        aria-selected=${place === cursor}
        onMouseDown=${(/** @type {MouseEvent} */ event) => {
          event.preventDefault(); // the box keeps the focus, and so the list stays until it is taken
          onTake(one);
        }}
      >
        <span class="muted">${t(`desk.kind.${one.kind}`)}</span>
        <span class="found-title">${one.title} ${one.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}</span>
        <span class="muted found-detail">${one.detail}</span>
      </li>`,
    )}
  </ul>`;
}

/** What is found while one types; only the answer to the last text is shown. */
function useSuggestions() {
  const [items, setItems] = useState(/** @type {Found[]} */ ([]));
  const [cursor, setCursor] = useState(-1);
  const last = useRef(new AbortController());
  const show = (/** @type {Found[]} */ found) => {
    setItems(found);
    setCursor(found.length ? 0 : -1);
  };
  const drop = () => {
    last.current.abort();
    show([]);
  };
  const look = (/** @type {string} */ text) => {
    last.current.abort();
    const { signal } = (last.current = new AbortController());
    setTimeout(async () => {
      if (signal.aborted) return;
      const found = await find(text, signal).catch(() => []);
      if (signal.aborted) return;
      setItems(found);
      setCursor(-1);
    }, PAUSE_MS);
  };
  const move = (/** @type {KeyboardEvent} */ event) => {
    if (!items.length) return;
    if (event.key === "Escape") {
      event.stopPropagation(); // what is found goes first, the call only with the next
      return drop();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const places = items.length + 1; // beside the lines: none of them, which asks for the text itself
    setCursor(((cursor + 1 + step + places) % places) - 1);
  };
  return { items, cursor, show, drop, look, move };
}
