/**
 * The keys that work here and now, read from the bindings themselves.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Dialog } from "./dialog.js";
import { bindingsNow } from "./keys.js";

/** @typedef {import("../state/keymap.js").Binding} Binding */

/** @param {{onClose: () => void}} props */
export function Help({ onClose }) {
  const bindings = bindingsNow().filter((binding) => binding.label);
  return html`<${Dialog} title=${t("key.help")} onClose=${onClose} wide>
    <div class="keys">
      <${Group} title=${t("key.here")} bindings=${bindings.filter((binding) => !leads(binding))} />
      <${Group} title=${t("key.go_to")} bindings=${bindings.filter(leads)} />
    </div>
    <div class="form-actions">
      <button class="button button-primary" onClick=${onClose} autofocus>${t("close")}</button>
    </div>
  <//>`;
}

/** Whether it leads to another view: two keys in a row.
 * @param {Binding} binding */
function leads({ keys }) {
  return keys.includes(" ");
}

/** @param {{title: string, bindings: Binding[]}} props */
function Group({ title, bindings }) {
  if (!bindings.length) return null;
  return html`<section>
    <h3>${title}</h3>
    <dl>
      ${bindings.map(
        ({ keys, label }) =>
          html`<div>
            <dt>${keys.split(" ").map((key) => html`<kbd>${t(`keyname.${key}`).replace(/^keyname\./, "")}</kbd> `)}</dt>
            <dd>${t(label)}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
