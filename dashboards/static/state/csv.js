/**
 * A table as a CSV file (RFC 4180) that a spreadsheet can open without running anything that stands in it.
 */

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/; // the wide signs too
const BYTE_ORDER_MARK = "\uFEFF";

/** @param {(string|number|null|undefined)[][]} rows the first one has the headings
 * @returns {string} with a byte order mark, by which spreadsheets know UTF-8 */
export function csvOf(rows) {
  return BYTE_ORDER_MARK + rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
 * @param {string|number|null|undefined} value */
function field(value) {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
