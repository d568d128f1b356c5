/**
 * The alarm that is chosen in the tree: why it stands there, in full, and what an operator can correct.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { duration } from "/shared/lib/time.js";
import { useKeys } from "../parts/keys.js";
import { alarmType, qualifierOf, resourceName } from "../words/catalogue.js";
import { foldWords, reasonWords } from "../words/reasons.js";
import { signSentences } from "./incident_signs.js";
import { MoveDialog, RootDialog } from "./incident_dialogs.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../state/tree_rows.js").Row} Row */
/** @typedef {{alarm_type: string, scope: string}} Unheard  what would have explained the root */

/**
 * @param {object} props
 * @param {Row} props.row
 * @param {Incident} props.incident
 * @param {Alarm[]} props.alarms  all of the incident
 * @param {Unheard[]} props.unheard
 * @param {any} props.board
 * @param {boolean} props.mayCorrect
 * @param {boolean} props.afloat  stays in sight beside a tree that does not
 * @param {import("./incident_actions.js").Corrector} props.corrector
 * @param {() => void} props.onAsk  what is corrected stays in sight
 */
export function Chosen({ row, incident, alarms, unheard, board, mayCorrect, afloat, corrector, onAsk }) {
  const [asked, setAsked] = useState("");
  const { alarm } = row;
  const able = mayCorrect && alarm !== null && incident.state !== "merged";
  const isRoot = row.depth === 0;
  /** @param {"root"|"move"} what */
  const ask = (what) => {
    onAsk();
    setAsked(what);
  };
  useKeys(
    able
      ? [
          { keys: "R", label: isRoot ? "key.confirm_root" : "key.correct_root", run: () => ask("root") },
          { keys: "M", label: "key.move_alarm", run: () => ask("move") },
        ]
      : [],
  );
  const close = () => setAsked("");
  return html`<section class=${afloat ? "chosen chosen-afloat" : "chosen"} aria-label=${t("chosen")}>
    <div class="chosen-words">
      <p><strong>${title(row, incident)}</strong> <span class="muted">${whereWords(row, incident)}</span></p>
      ${sentences(row, incident, alarms, unheard).map((words) => html`<p class="muted">${words}</p>`)}
    </div>
    ${
      able &&
      html`<div class="chosen-acts">
        <button class="button button-small" onClick=${() => ask("root")}>
          ${t(isRoot ? "correct.confirm" : "correct.root")} <kbd>R</kbd>
        </button>
        <button class="button button-small" onClick=${() => ask("move")}>${t("correct.move")} <kbd>M</kbd></button>
      </div>`
    }
    ${able && asked === "root" && html`<${RootDialog} alarm=${alarm} incident=${incident} corrector=${corrector} onClose=${close} />`}
    ${
      able &&
      asked === "move" &&
      html`<${MoveDialog} alarm=${alarm} below=${row.below} board=${board} corrector=${corrector} onClose=${close} />`
    }
  </section>`;
}

/** @param {Row} row
 * @param {Incident} incident */
function title({ alarm, fold }, incident) {
  if (alarm) return [alarmType(alarm.alarm_type), qualifierOf(alarm)].filter(Boolean).join(" ");
  if (!fold) return alarmType(incident.root.alarm_type);
  return fold.by === "type" ? alarmType(fold.value) : (fold.alarms[0]?.site_name ?? (fold.value || t("no_site")));
}

/** @param {Row} row
 * @param {Incident} incident */
function whereWords({ alarm, fold }, incident) {
  if (alarm) return [alarm.site_name ?? alarm.site, resourceName(alarm.resource)].filter(Boolean).join(" · ");
  return fold ? "" : resourceName(incident.root.resource);
}

/** Why it is believed to stand there.
 * @param {Row} row
 * @param {Incident} incident
 * @param {Alarm[]} alarms
 * @param {Unheard[]} unheard
 * @returns {string[]} */
function sentences(row, incident, alarms, unheard) {
  const { alarm, fold } = row;
  if (fold) {
    const standing = fold.alarms.filter((one) => one.state === "active").length;
    return [foldWords(fold), t("fold.standing", { n: standing, of: fold.alarms.length })].filter(Boolean);
  }
  const reason = reasonWords(alarm?.cause_reason ?? "") || t("why.no_cause");
  const why = row.depth === 0 ? whyRoot(incident, alarms, unheard) : [reason];
  return [...why, ...(alarm ? signSentences(alarm) : []), alarm?.text ?? ""].filter(Boolean);
}

/** Why this is believed to be the root, and none of the others.
 * @param {Incident} incident
 * @param {Alarm[]} alarms
 * @param {Unheard[]} unheard
 * @returns {string[]} */
function whyRoot({ root, opened_at }, alarms, unheard) {
  const others = alarms.filter((alarm) => alarm.id !== root.alarm);
  const began = alarms.find((alarm) => alarm.id === root.alarm)?.raised_at ?? opened_at;
  const last = others.reduce((latest, alarm) => Math.max(latest, Date.parse(alarm.raised_at)), Date.parse(began));
  const sites = new Set(others.map((alarm) => alarm.site)).size;
  const time = duration((last - Date.parse(began)) / 1000);
  const follows = others.length ? t("why.others_follow", { n: others.length, sites, time }) : "";
  if (root.kind === "inferred") return [t("why.nobody_reported", { reason: reasonWords(root.reason) }), follows];
  return [root.confirmed_by ? t("why.confirmed", { who: root.confirmed_by }) : nothingAbove(unheard), follows];
}

/** @param {Unheard[]} unheard */
function nothingAbove(unheard) {
  const types = unheard.map((one) => t(`unheard.${one.scope}`, { type: alarmType(one.alarm_type) }));
  return types.length ? t("why.unheard", { types: types.join(t("comma")) }) : t("why.nothing_above");
}
