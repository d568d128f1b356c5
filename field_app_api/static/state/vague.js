/** Texts that say nothing ("fixed", "已修复了"), told on the phone before the server does (guywire/vague.py). Pure. */

const BREAK = /[\s,.;:!?，。；：！？、]+/u;
const NO_WORD = /[^\p{L}\p{N}]+/gu;
const TAIL = /[了啦已]$/u;
const ASCII = /^[\x00-\x7f]*$/;
const LEAST_LETTERS = 3;

/**
 * @param {string} text
 * @param {string[]} vague words and phrases
 */
export function isVague(text, vague) {
  const known = new Set(vague.map(bare));
  const words = text.split(BREAK).map(bare).filter(Boolean);
  const whole = words.join("");
  return known.has(whole) || words.every((word) => known.has(word)) || (ASCII.test(whole) && whole.length < LEAST_LETTERS);
}

/** @param {string} text */
function bare(text) {
  return text.replace(NO_WORD, "").toLowerCase().replace(TAIL, "");
}
