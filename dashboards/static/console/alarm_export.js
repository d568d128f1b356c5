/**
 * What the alarm list shows as a CSV file, in the reader's words.
 */

import { t } from "/shared/lib/i18n.js";
import { word } from "/shared/lib/severity.js";
import { csvOf } from "../state/csv.js";
import { alarmType, resourceName } from "../words/catalogue.js";
import { stateWords } from "./alarm_columns.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

/** @type {[string, (alarm: Alarm, now: number) => string|number|null][]} */
const COLUMNS = [
  ["severity", ({ severity }) => word(severity)],
  ["since", ({ raised_at }) => raised_at],
  ["site", ({ site }) => site],
  ["site_name", ({ site_name }) => site_name],
  ["region", ({ region }) => region],
  ["resource", ({ resource }) => resourceName(resource)],
  ["alarm", ({ alarm_type }) => alarmType(alarm_type)],
  ["type", ({ alarm_type }) => alarm_type],
  ["text", ({ text }) => text],
  ["count", ({ count }) => count],
  ["state", stateWords],
  ["incident", ({ incident }) => incident],
  ["id", ({ id }) => id],
];

/** Hands the file to the browser.
 * @param {Iterable<Alarm>} alarms
 * @param {number} now epoch milliseconds */
export function exportAlarms(alarms, now) {
  const rows = Array.from(alarms, (alarm) => COLUMNS.map(([, value]) => value(alarm, now)));
  const text = csvOf([COLUMNS.map(([name]) => t(`column.${name}`)), ...rows]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = `${t("view.alarms")}-${new Date(now).toISOString().slice(0, 16).replace(/[T:]/g, "-")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
