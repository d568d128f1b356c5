/**
 * Registering the complaint: one key, with the customer's own words if there are any.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";

/** @param {{call: import("./call.js").Call, may: boolean, onNext: () => void}} props */
export function RegisterForm({ call, may, onNext }) {
  if (!may) return null;
  if (call.registered) {
    const { id, incident, link_reason: reason } = call.registered;
    return html`<div class="register" role="status">
      <p class="register-done">
        <span class="severity severity-cleared" aria-hidden="true">✓</span>${" "}
        ${incident ? t("desk.registered_linked", { id, incident }) : t("desk.registered", { id })}
        <span class="muted"> ${reason}</span>
      </p>
      <button class="button button-primary" onClick=${onNext}>${t("desk.next")} <kbd>Esc</kbd></button>
    </div>`;
  }
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    void call.register();
  };
  return html`<form class="register" onSubmit=${submit} aria-busy=${call.busy}>
    <input
      type="text"
      aria-label=${t("desk.said")}
      placeholder=${t("desk.said")}
      maxlength="500"
      value=${call.said}
      onInput=${(/** @type {InputEvent} */ event) => call.setSaid(/** @type {HTMLInputElement} */ (event.target).value)}
    />
    <button class="button button-primary" disabled=${call.busy}>${t("desk.register")} <kbd>Ctrl ↵</kbd></button>
  </form>`;
}
