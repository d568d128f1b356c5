/** A signature drawn with a finger, kept as a picture like any other photo of the job. */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { encoded } from "../store/compress.js";
import { TextField } from "../parts/fields.js";
import { go } from "../parts/hooks.js";
import { ThumbForm } from "../parts/thumb.js";
import { isFull } from "../net/storage.js";

const LINE = 3;

/** @param {{order: import("../types.js").ShownOrder, work: import("../work.js").Work}} props */
export function SignatureForm({ order, work }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const [drawn, setDrawn] = useState(false);
  const [name, setName] = useState(order.customer?.name ?? "");
  const [problem, setProblem] = useState("");
  const keeping = useRef(false);
  useEffect(() => clear(canvas.current), []);

  async function submit() {
    if (keeping.current) return;
    keeping.current = true;
    try {
      const picture = await encoded(/** @type {HTMLCanvasElement} */ (canvas.current), "image/png");
      await work.photo(order, "signature", name.trim(), picture, true);
      go(order.id);
    } catch (error) {
      setProblem(t(isFull(error) ? "photo.full" : "photo.unreadable"));
    }
    keeping.current = false;
  }
  const again = () => {
    clear(canvas.current);
    setDrawn(false);
  };
  /** @param {PointerEvent & {currentTarget: HTMLCanvasElement}} event */
  const draw = (event) => {
    if (stroke(event)) setDrawn(true);
  };

  return html`<main class="page page-job">
    <h1>${t("signature.title")}</h1>
    <${ThumbForm} leave=${`#${order.id}`} action=${t("signature.keep")} submit=${submit} ready=${drawn && name.trim() !== ""}>
      <${TextField} id="signature-name" label=${t("signature.name")} value=${name} onText=${setName} />
      <canvas ref=${canvas} class="signature" width="640" height="320" role="img" aria-label=${t("signature.here")}
        onPointerDown=${draw} onPointerMove=${draw}></canvas>
      <button type="button" class="button" onClick=${again}>${t("signature.again")}</button>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <//>
  </main>`;
}

/** White paper in both themes: it is looked at on paper. @param {HTMLCanvasElement | null} canvas */
function clear(canvas) {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
}

/** Whether a line was drawn. @param {PointerEvent & {currentTarget: HTMLCanvasElement}} event */
function stroke({ type, currentTarget, offsetX, offsetY, pointerId, buttons }) {
  const context = currentTarget.getContext("2d");
  const scale = currentTarget.width / currentTarget.clientWidth;
  if (!context || !(buttons & 1)) return false;
  if (type === "pointerdown") {
    currentTarget.setPointerCapture(pointerId);
    context.lineWidth = LINE * scale;
    context.lineCap = "round";
    context.strokeStyle = "black";
    context.beginPath();
    context.moveTo(offsetX * scale, offsetY * scale);
    return false;
  }
  context.lineTo(offsetX * scale, offsetY * scale);
  context.stroke();
  return true;
}
