/**
 * Beside a fault or a complaint: the procedure for it, folded to its first steps; one key opens all of it.
 */

import { html, useRef, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Steps, Warnings } from "../parts/procedure_steps.js";
import { useFetched } from "../parts/use_fetched.js";
import { inLanguage } from "../state/procedures.js";
import { searchOf } from "../state/route.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */

const FIRST = 3;

/**
 * @param {object} props
 * @param {string} props.at  the incident, ticket or complaint at which it is followed
 * @param {string} [props.alarmType]
 * @param {string} [props.category]  of a complaint
 */
export function ProcedureHere({ at, alarmType, category }) {
  const [open, setOpen] = useState(false);
  const params = alarmType ? { alarm_type: alarmType } : { category };
  const { data } = useFetched(alarmType || category ? "/api/v1/procedures" : "", { params });
  const [one, ...others] = inLanguage(/** @type {Procedure[]} */ (data?.items ?? []), lang());
  const part = useRef(/** @type {HTMLElement|null} */ (null));
  const show = () => {
    setOpen(!open);
    part.current?.scrollIntoView({ block: open ? "nearest" : "start" });
  };
  useKeys(one ? [{ keys: "w", label: "key.procedure", run: show }] : []);
  if (!one) return null;
  const more = one.steps.length - FIRST;
  return html`<section ref=${part} class="procedure-here" aria-label=${t("procedure.here")} lang=${one.language === lang() ? undefined : one.language}>
    <div class="section-head">
      <h3>${t("procedure.here")}${t("colon")}<a href=${searchOf({ view: "procedures", id: one.id })}>${one.title}</a></h3>
      <button class="button button-small button-quiet" aria-expanded=${open} onClick=${show}>
        ${open || more <= 0 ? t("procedure.fold") : t("procedure.more_steps", { n: more })} <kbd>w</kbd>
      </button>
    </div>
    ${open && html`<${Warnings} warnings=${one.warnings} />`}
    ${!open && one.warnings.length > 0 && html`<p class="dense"><span aria-hidden="true">⚠ </span>${one.warnings[0]}</p>`}
    <${Steps} of=${`${one.id}/${one.version} ${at}`} steps=${one.steps} most=${open ? undefined : FIRST} />
    ${
      others.length > 0 &&
      html`<p class="dense muted">
        ${t("procedure.others")}${t("colon")}${others.map(
          (other, place) => html`${place > 0 && t("list.comma")}<a key=${other.id} href=${searchOf({ view: "procedures", id: other.id })}>${other.title}</a>`,
        )}
      </p>`
    }
  </section>`;
}
