/**
 * What is reckoned about procedures: what a version changed, which words of a text were looked for, which steps are done.
 */

/** @typedef {import("./shapes_knowledge.js").Procedure} Procedure */
/** @typedef {{kind: "same"|"added"|"gone", text: string}} Line */

/** The lines of two versions as one list: what stayed, what came, what went (longest common subsequence).
 * @param {string[]} before
 * @param {string[]} after
 * @returns {Line[]} */
export function changedLines(before, after) {
  const common = commonLengths(before, after);
  /** @type {Line[]} */
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ kind: "same", text: after[j] });
      i += 1;
      j += 1;
    } else if (i < before.length && (j >= after.length || common[i + 1][j] >= common[i][j + 1])) {
      lines.push({ kind: "gone", text: before[i] });
      i += 1;
    } else {
      lines.push({ kind: "added", text: after[j] });
      j += 1;
    }
  }
  return lines;
}

/** How many lines the rests from i and from j have in common.
 * @param {string[]} before
 * @param {string[]} after
 * @returns {number[][]} */
function commonLengths(before, after) {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      lengths[i][j] =
        before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  return lengths;
}

/** A text cut where one of the words stands in it, so that the finds can be marked.
 * @param {string} text
 * @param {string} looked  words with spaces between
 * @returns {{text: string, found: boolean}[]} */
export function marked(text, looked) {
  const words = looked.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [{ text, found: false }];
  const any = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text
    .split(new RegExp(`(${any})`, "i"))
    .map((part, place) => ({ text: part, found: place % 2 === 1 }))
    .filter((part) => part.text);
}

/** What is for a place, in the reader's language first, then by title; one language is enough where both stand.
 * @param {Procedure[]} all
 * @param {string} language */
export function inLanguage(all, language) {
  const mine = all.filter((one) => one.language === language);
  return mine.length ? mine : all;
}

/** The lines of a text field as a list; empty ones, and numbers or dashes before them, are left out.
 * @param {string} text */
export function linesOf(text) {
  return text
    .split("\n")
    .map((line) => line.replace(/^\s*(\d{1,2}([.)]\s|[、）．])|[-*•]\s)\s*/, "").trim())
    .filter(Boolean);
}

/** The procedure's filter in the URL: an alarm type or a complaint category.
 * @param {string} state as in `Route.state`
 * @returns {{alarm_type?: string, category?: string}} */
export function filterOf(state) {
  const [kind, key] = state.split(":");
  if (!key) return {};
  return kind === "category" ? { category: key } : { alarm_type: key };
}
