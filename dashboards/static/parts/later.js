/**
 * What cannot be taken back once it is done waits a few seconds first, so that it can be undone until then.
 */

import { say, sayRefusal } from "./toasts.js";

const GRACE_MS = 8_000;

/** @type {Set<() => void>} */
const waiting = new Set();

/** Does it when nobody has undone it meanwhile, or when the page is left.
 * @param {string} text  what is about to be done, as if it were
 * @param {() => Promise<unknown>} act
 * @param {() => void} undone  called when it will not happen: undone, or refused */
export function soon(text, act, undone) {
  const done = () => {
    if (!waiting.delete(done)) return;
    clearTimeout(timer);
    act().catch((error) => {
      undone();
      sayRefusal(error);
    });
  };
  const timer = setTimeout(done, GRACE_MS);
  waiting.add(done);
  say({
    text,
    undo: () => {
      if (!waiting.delete(done)) return;
      clearTimeout(timer);
      undone();
    },
  });
}

addEventListener("pagehide", () => {
  for (const done of [...waiting]) done();
});
