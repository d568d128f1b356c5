/** The camera: a photo is made small, kept at once, and sent when there is coverage. */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { isFull } from "../net/storage.js";

/**
 * @param {object} props
 * @param {import("../work.js").Work} props.work
 * @param {import("../types.js").Order} props.order
 * @param {string} props.kind
 * @param {string} [props.name]
 * @param {string} [props.label]
 * @param {boolean} [props.quiet]
 * @param {(photo: string) => void} [props.onPhoto] its id, once it is kept
 */
export function PhotoInput({ work, order, kind, name = "", label = t("photo.take"), quiet = false, onPhoto }) {
  const [said, setSaid] = useState("");

  /** @param {{currentTarget: HTMLInputElement}} event */
  async function take({ currentTarget }) {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = "";
    setSaid("");
    for (const file of files) {
      try {
        const { id, smaller } = await work.photo(order, kind, name, file);
        if (smaller) setSaid(t("photo.smaller"));
        onPhoto?.(id);
      } catch (error) {
        setSaid(t(isFull(error) ? "photo.full" : "photo.unreadable"));
      }
    }
  }

  return html`<label class=${quiet ? "button camera" : "button camera camera-wide"}>
      <input class="visually-hidden" type="file" accept="image/*" capture="environment" multiple onChange=${take} />
      ${label}
    </label>
    ${said && html`<p class="problem" role="alert">${said}</p>`}`;
}
