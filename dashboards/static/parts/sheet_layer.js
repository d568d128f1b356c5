/**
 * A canvas over the whole map that is painted anew for each frame in which the map moved or what it shows changed.
 */

import { DomUtil, Layer } from "/vendor/leaflet.js";

/** @typedef {import("/vendor/leaflet.js").Map} LeafletMap */
/** @typedef {import("../state/map_pixels.js").Look} Look */

export class SheetLayer extends Layer {
  /** @param {string} className of the canvas */
  constructor(className) {
    super();
    this.className = className;
    /** @type {HTMLCanvasElement|null} */
    this.canvas = null;
    /** @type {LeafletMap|null} */
    this.on_ = null;
    this.frame = 0;
    /** @type {{center: any, zoom: number}} as painted last */
    this.painted = { center: null, zoom: 0 };
  }

  /** @override
   * @param {LeafletMap} map */
  onAdd(map) {
    this.on_ = map;
    this.canvas = /** @type {HTMLCanvasElement} */ (DomUtil.create("canvas", `${this.className} leaflet-zoom-animated`));
    map.getPanes().overlayPane.appendChild(this.canvas);
    map.on("move zoom moveend zoomend resize viewreset", this.later, this);
    map.on("zoomanim", this.follow, this);
    this.now();
    return this;
  }

  /** @override
   * @param {LeafletMap} map */
  onRemove(map) {
    map.off("move zoom moveend zoomend resize viewreset", this.later, this);
    map.off("zoomanim", this.follow, this);
    cancelAnimationFrame(this.frame);
    this.canvas?.remove();
    this.on_ = null;
    return this;
  }

  /** Paints at the next frame, once however often it is asked. */
  later() {
    if (this.frame || !this.on_) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.now();
    });
  }

  /** While the map glides to another zoom, the picture that stands is stretched with it.
   * @param {any} event */
  follow({ center, zoom }) {
    if (!this.on_ || !this.canvas || !this.painted.center) return;
    /** @type {any} */
    const map = this.on_;
    const scale = map.getZoomScale(zoom, this.painted.zoom);
    const half = map.getSize().divideBy(2);
    const middle = map.project(this.painted.center, zoom);
    const origin = map._getNewPixelOrigin(center, zoom);
    DomUtil.setTransform(this.canvas, half.multiplyBy(-scale).add(middle).subtract(origin), scale);
  }

  now() {
    const { canvas, on_: map } = this;
    if (!map || !canvas || /** @type {any} */ (map)._animatingZoom) return; // its end will ask again
    const size = map.getSize();
    const ratio = devicePixelRatio;
    const width = Math.round(size.x * ratio);
    const height = Math.round(size.y * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    DomUtil.setTransform(canvas, map.containerPointToLayerPoint([0, 0]), 1);
    this.painted = { center: map.getCenter(), zoom: map.getZoom() };
    this.paint(canvas, lookOf(map), ratio);
  }

  /** @abstract
   * @param {HTMLCanvasElement} _canvas
   * @param {Look} _look from world pixels of zoom 0 to the container's
   * @param {number} _ratio pixels of the canvas to one of the container */
  paint(_canvas, _look, _ratio) {}
}

/** How the container shows the world (256 wide) now.
 * @param {LeafletMap} map
 * @returns {Look} */
export function lookOf(map) {
  const corner = map.getPixelBounds().min ?? { x: 0, y: 0 };
  return { scale: 2 ** map.getZoom(), left: corner.x, top: corner.y };
}

/** @param {string} name of a colour in tokens.css
 * @returns {string} */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
