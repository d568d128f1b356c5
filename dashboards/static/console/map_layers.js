/**
 * Which layers of the map are on, kept from visit to visit; their switches and keys, and the box that finds a site.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { keep, kept } from "../state/kept.js";

/** @typedef {"links"|"people"|"ways"|"areas"|"warnings"} LayerName */
/** @typedef {Record<LayerName, boolean>} Layers */
/** @typedef {import("../shapes.js").Site} Site */

/** @type {[LayerName, string][]} */
const KEYS = [
  ["areas", "i"],
  ["warnings", "e"],
  ["people", "t"],
  ["ways", "r"],
  ["links", "l"],
];
const KEPT = "guywire.map.layers";
const FOUND = 8;
/** @type {Layers} */
const ALL = { areas: true, warnings: true, people: true, ways: true, links: true };

/** @returns {[Layers, (name: LayerName) => void]} */
export function useLayers() {
  const [layers, setLayers] = useState(() => /** @type {Layers} */ ({ ...ALL, ...kept(KEPT) }));
  const toggle = (/** @type {LayerName} */ name) => {
    const next = { ...layers, [name]: !layers[name] };
    setLayers(next);
    keep(KEPT, next);
  };
  return [layers, toggle];
}

/** @param {{layers: Layers, onToggle: (name: LayerName) => void}} props */
export function LayerBar({ layers, onToggle }) {
  useKeys(KEYS.map(([name, keys]) => ({ keys, label: `map.layer.${name}`, run: () => onToggle(name) })));
  return html`<div class="map-layers" role="group" aria-label=${t("map.layers")}>
    ${KEYS.map(
      ([name, key]) =>
        html`<button key=${name} class="chip" aria-pressed=${layers[name]} title=${key} onClick=${() => onToggle(name)}>
          ${t(`map.layer.${name}`)}
        </button>`,
    )}
  </div>`;
}

/** @param {{find: (text: string, most: number) => Site[], onChoose: (site: Site) => void}} props */
export function FindSite({ find, onChoose }) {
  const [text, setText] = useState("");
  const [here, setHere] = useState(0);
  const box = useRef(/** @type {HTMLInputElement|null} */ (null));
  const found = find(text, FOUND);
  useEffect(() => setHere(0), [text]);
  useKeys([{ keys: "/", label: "map.find", run: () => box.current?.focus() }]);
  const choose = (/** @type {Site|undefined} */ site) => {
    if (!site) return;
    setText("");
    box.current?.blur();
    onChoose(site);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      setHere((here + step + found.length) % found.length);
    }
    if (event.key === "Enter") choose(found[here]);
    if (event.key === "Escape") setText("");
  };
  return html`<div class="map-find">
    <input
      ref=${box}
      type="search"
      class="search"
      role="combobox"
      aria-expanded=${found.length > 0}
      aria-controls="map-found"
      aria-activedescendant=${found.length ? `map-found-${here}` : undefined}
      aria-label=${t("map.find")}
      placeholder=${t("map.find.placeholder")}
      value=${text}
      onInput=${(/** @type {any} */ event) => setText(event.target.value)}
      onKeyDown=${onKeyDown}
    />
    <ul id="map-found" class="map-found" role="listbox" aria-label=${t("map.find")} hidden=${!found.length}>
      ${found.map(
        (site, n) =>
          html`<li
            key=${site.id}
            id=${`map-found-${n}`}
            role="option"
            class="map-found-one"
            aria-selected=${n === here}
            onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
            onClick=${() => choose(site)}
          >
            <span>${site.name}</span> <span class="muted">${site.id}</span>
          </li>`,
      )}
    </ul>
    ${text.trim() && !found.length && html`<p class="map-found map-found-none muted" role="status">${t("map.find.none", { text: text.trim() })}</p>`}
  </div>`;
}
