/** One step of a generator's run: started, fuelled or stopped, with what its meters say. */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { go } from "../parts/hooks.js";
import { PhotoInput } from "../parts/photo_input.js";
import { ThumbForm } from "../parts/thumb.js";

/** What each step asks for; the first is needed. @type {Record<string, string[]>} */
const NUMBERS = { start: ["hours"], fuel: ["litres"], stop: ["hours", "kwh"] };

/** @param {{order: import("../types.js").ShownOrder, work: import("../work.js").Work, step: string}} props */
export function RunForm({ order, work, step }) {
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const [photo, setPhoto] = useState("");
  const numbers = Object.fromEntries(
    Object.entries(typed).filter(([, text]) => text.trim()).map(([name, text]) => [name, Number(text.replace(",", "."))]),
  );
  const readable = Object.values(numbers).every((value) => Number.isFinite(value) && value >= 0);
  const enough = step !== "fuel" || "litres" in numbers;
  const submit = () => {
    void work.run(order, { step, ...numbers, ...(photo && { photo }) });
    go(order.id);
  };
  return html`<main class="page page-job">
    <h1>${t(`run.${step}`)}</h1>
    <${ThumbForm} leave=${`#${order.id}`} action=${t(`run.${step}`)} submit=${submit} ready=${readable && enough}>
      ${NUMBERS[step].map(
        (name) => html`<div class="field" key=${name}>
          <label for=${`run-${name}`}>${t(`run.${name}`)}</label>
          <input id=${`run-${name}`} inputmode="decimal" autocomplete="off" value=${typed[name] ?? ""}
            onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => setTyped({ ...typed, [name]: currentTarget.value })} />
        </div>`,
      )}
      ${photo
        ? html`<p class="muted">${t("question.with_photo")}</p>`
        : html`<${PhotoInput} work=${work} order=${order} kind="reading" name=${t(`run.${step}`)} label=${t("run.meter")} onPhoto=${setPhoto} />`}
    <//>
  </main>`;
}
