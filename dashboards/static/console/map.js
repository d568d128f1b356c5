/**
 * The map view: where it is bad, who is on the way, and what stands behind a dot.
 */

import { html, useEffect, useMemo, useRef } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTheme } from "../parts/hooks.js";
import { makeMap } from "/shared/lib/base_map.js";
import { DotLayer } from "../parts/dot_layer.js";
import { Mark, Nothing } from "../parts/marks.js";
import { boundsOf, dotsOf, linesOf } from "../state/map_dots.js";
import { SitePanel } from "./site_panel.js";

/** @typedef {import("./views.js").ViewProps} ViewProps */

/** @param {ViewProps} props */
export function MapView({ board, revision, route, go }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const made = useRef(/** @type {{map: any, layer: DotLayer, fitted: boolean}|null} */ (null));
  const choose = useRef((/** @type {string} */ _id) => {});
  choose.current = (id) => go({ view: "map", id }, true);
  const [theme] = useTheme();
  const scene = useMemo(() => sceneOf(board, route.id), [revision, route.id, theme]);

  useEffect(() => {
    if (!box.current) return undefined;
    const map = makeMap(box.current);
    const layer = new DotLayer();
    layer.addTo(map);
    map.on("click", (/** @type {any} */ event) => choose.current(layer.dotAt(event.containerPoint)?.site.id ?? ""));
    const repaint = () => layer.paint();
    addEventListener("guywire-theme", repaint);
    made.current = { map, layer, fitted: false };
    return () => {
      removeEventListener("guywire-theme", repaint);
      made.current = null;
      map.remove();
    };
  }, []);
  useEffect(() => made.current?.layer.show(scene), [scene]);
  useEffect(() => fit(made.current, scene), [scene.dots.length]);

  return html`<section class="view-map" aria-label=${t("view.map")}>
    <div class="map" ref=${box} role="application" aria-label=${t("map.label", { n: scene.dots.length })}></div>
    ${!scene.dots.length && html`<div class="map-empty"><${NoSites} loaded=${board.loaded} /></div>`}
    <${Worst} dots=${scene.dots} go=${go} />
    ${route.id && html`<${SitePanel} key=${route.id} id=${route.id} board=${board} onClose=${() => go({ view: "map" }, true)} />`}
  </section>`;
}

/** @param {{loaded: boolean}} props */
function NoSites({ loaded }) {
  if (!loaded) return html`<${Nothing} title=${t("loading.map")} />`;
  return html`<${Nothing} title=${t("empty.map")} hint=${t("empty.map.hint")} />`;
}

/** @param {any} board
 * @param {string} chosen
 * @returns {import("../parts/dot_layer.js").Scene} */
function sceneOf(board, chosen) {
  const sites = board.items("site");
  const technicians = [...board.items("technician").values()].filter((one) => one.role === "technician");
  return {
    dots: dotsOf(sites.values(), board.items("alarm").values()),
    lines: linesOf(board.items("link").values(), sites),
    technicians,
    chosen,
  };
}

/** @param {{map: any, fitted: boolean}|null} made
 * @param {import("../parts/dot_layer.js").Scene} scene */
function fit(made, scene) {
  const bounds = boundsOf(scene.dots.map((dot) => dot.site));
  if (!made || made.fitted || !bounds) return;
  made.fitted = true;
  made.map.fitBounds(bounds, { padding: [48, 48], maxZoom: 12, animate: false });
}

/** The way to the dots without a mouse: the sites that are worst off, as links.
 * @param {{dots: import("../state/map_dots.js").Dot[], go: ViewProps["go"]}} props */
function Worst({ dots, go }) {
  const worst = dots
    .filter((dot) => dot.severity)
    .slice(-12)
    .reverse();
  if (!worst.length) return null;
  return html`<nav class="map-list" aria-label=${t("map.worst")}>
    <h2 class="map-list-title">${t("map.worst")}</h2>
    <ul>
      ${worst.map(
        ({ site, severity }) =>
          html`<li key=${site.id}>
            <button class="map-site" onClick=${() => go({ view: "map", id: site.id }, true)}>
              <${Mark} severity=${severity} only /> <span>${site.name}</span> <span class="muted">${site.id}</span>
            </button>
          </li>`,
      )}
    </ul>
  </nav>`;
}
