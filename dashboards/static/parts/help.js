/**
 * The keys that work here and now, read from the bindings themselves.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Dialog } from "./dialog.js";
import { bindingsNow } from "./keys.js";

/** @param {{onClose: () => void}} props */
export function Help({ onClose }) {
  const bindings = bindingsNow().filter((binding) => binding.label);
  return html`<${Dialog} title=${t("key.help")} onClose=${onClose}>
    <dl class="keys">
      ${bindings.map(
        (binding) =>
          html`<div>
            <dt>
              ${binding.keys.split(" ").map((key) => html`<kbd>${t(`keyname.${key}`).replace(/^keyname\./, "")}</kbd> `)}
            </dt>
            <dd>${t(binding.label)}</dd>
          </div>`,
      )}
    </dl>
    <div class="form-actions">
      <button class="button button-primary" onClick=${onClose} autofocus>${t("close")}</button>
    </div>
  <//>`;
}
