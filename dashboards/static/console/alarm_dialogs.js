/**
 * The questions asked about alarms: until when to shelve and why, what to note, why one is done with them.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";

const CHOICES_MINUTES = [30, 60, 120, 240, 480, 1440];

/**
 * @param {object} props
 * @param {number} props.count
 * @param {() => void} props.onClose
 * @param {(how: {until: string, comment: string}) => void} props.onShelve
 */
export function ShelveDialog({ count, onClose, onShelve }) {
  /** @param {Record<string, string>} fields */
  const submit = (fields) => {
    const until = new Date(now() + Number(fields.minutes) * 60_000).toISOString();
    onShelve({ until, comment: fields.comment });
  };
  return html`<${FormDialog}
    title=${t("alarm.shelve_title", { n: count })}
    action=${t("alarm.shelve")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Field} name="minutes" label=${t("alarm.shelve_for")}>
      <select id="field-minutes" name="minutes">
        ${CHOICES_MINUTES.map((minutes) => html`<option value=${minutes} selected=${minutes === 60}>${t(`minutes.${minutes}`)}</option>`)}
      </select>
    <//>
    <${Field} name="comment" label=${t("alarm.shelve_why")}>
      <textarea id="field-comment" name="comment" required maxlength="500" rows="2"></textarea>
    <//>
    <p class="muted dense">${t("alarm.shelve_hint")}</p>
  <//>`;
}

/**
 * @param {object} props
 * @param {number} props.count
 * @param {() => void} props.onClose
 * @param {(text: string) => void} props.onComment
 */
export function CommentDialog({ count, onClose, onComment }) {
  return html`<${FormDialog}
    title=${t("alarm.comment_title", { n: count })}
    action=${t("alarm.comment")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => onComment(fields.comment)}
  >
    <${Field} name="comment" label=${t("alarm.comment_text")}>
      <textarea id="field-comment" name="comment" required maxlength="500" rows="3"></textarea>
    <//>
  <//>`;
}

/**
 * @param {object} props
 * @param {number} props.count
 * @param {() => void} props.onClose
 * @param {(comment: string) => void} props.onDone
 */
export function CloseDialog({ count, onClose, onDone }) {
  return html`<${FormDialog}
    title=${t("alarm.close_title", { n: count })}
    action=${t("alarm.close")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => onDone(fields.comment)}
  >
    <p class="muted dense">${t("alarm.close_hint")}</p>
    <${Field} name="comment" label=${t("alarm.close_why")}>
      <input id="field-comment" name="comment" maxlength="500" />
    <//>
  <//>`;
}
