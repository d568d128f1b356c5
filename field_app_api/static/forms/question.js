/** A question to whoever knows more, with a photo where one says it better. */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { TextField } from "../parts/fields.js";
import { go } from "../parts/hooks.js";
import { PhotoInput } from "../parts/photo_input.js";
import { ThumbForm } from "../parts/thumb.js";

/** @param {{order: import("../types.js").ShownOrder, work: import("../work.js").Work}} props */
export function QuestionForm({ order, work }) {
  const [text, setText] = useState("");
  const [photo, setPhoto] = useState("");
  const submit = () => {
    void work.ask(order, photo ? { text: text.trim(), photo } : { text: text.trim() });
    go(order.id);
  };
  return html`<main class="page page-job">
    <h1>${t("help.ask")}</h1>
    <${ThumbForm} leave=${`#${order.id}`} action=${t("do.send")} submit=${submit} ready=${text.trim() !== ""}>
      <${TextField} id="question-text" label=${t("question.text")} hint=${t("question.hint")} value=${text} onText=${setText} long />
      ${photo
        ? html`<p class="muted">${t("question.with_photo")}</p>`
        : html`<${PhotoInput} work=${work} order=${order} kind="photo" name=${t("question.photo")} onPhoto=${setPhoto} />`}
    <//>
  </main>`;
}
