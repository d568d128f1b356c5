/**
 * Severity is always shape + word + colour, never colour alone.
 *
 *   shape("critical")      "◆"; give it class `severity ${cssClass(s)}` (base.css)
 *   word("critical")       "Critical" or "一级"
 *   rank("critical")       0, most severe first; for sorting
 *   worst(["minor", ...])  the most severe of them, or null
 */

import { register, t } from "/shared/lib/i18n.js";

/** @typedef {"critical" | "major" | "minor" | "warning" | "indeterminate" | "cleared"} Severity */

/** Most severe first. @type {readonly Severity[]} */
export const SEVERITIES = ["critical", "major", "minor", "warning", "indeterminate", "cleared"];

/** @type {Record<string, string>} */
const SHAPES = { critical: "◆", major: "▲", minor: "●", warning: "■", indeterminate: "?", cleared: "✓" };

register({
  zh: {
    "severity.critical": "一级",
    "severity.major": "二级",
    "severity.minor": "三级",
    "severity.warning": "四级",
    "severity.indeterminate": "未定级",
    "severity.cleared": "已清除",
  },
  en: {
    "severity.critical": "Critical",
    "severity.major": "Major",
    "severity.minor": "Minor",
    "severity.warning": "Warning",
    "severity.indeterminate": "Indeterminate",
    "severity.cleared": "Cleared",
  },
});

/** @param {string} severity */
export function shape(severity) {
  return SHAPES[severity] ?? "?";
}

/** @param {string} severity */
export function word(severity) {
  return t(`severity.${severity}`);
}

/** @param {string} severity */
export function rank(severity) {
  const place = SEVERITIES.indexOf(/** @type {Severity} */ (severity));
  return place < 0 ? SEVERITIES.length : place;
}

/** @param {string} severity */
export function cssClass(severity) {
  return `severity-${severity in SHAPES ? severity : "indeterminate"}`;
}

/**
 * @param {Iterable<string>} severities
 * @returns {string | null}
 */
export function worst(severities) {
  /** @type {string | null} */
  let found = null;
  for (const severity of severities) {
    if (found === null || rank(severity) < rank(found)) found = severity;
  }
  return found;
}
