/**
 * Requests in turn. What is looked at again and again, one answer at a time: whoever asks while one is on its way gets one more after it.
 *
 *   const look = inTurn(async () => show(await get(path)));
 *   await look();      // there is an answer that was asked for at this moment, or later
 *
 * So no older answer comes after a newer one, and a server that is slower than those who ask still gets to answer.
 */

/** @param {() => Promise<void>} run
 * @returns {() => Promise<void>} */
export function inTurn(run) {
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {Promise<void> | null} */
  let next = null;
  const once = () => {
    next = null;
    running = run().finally(() => (running = null));
    return running;
  };
  return () => (running ? (next ??= running.then(once, once)) : once());
}

/**
 * What changes things, one after another as it was asked for, whatever each takes; each gets its own answer.
 *
 *   const send = oneByOne();
 *   void send(() => post(first)); await send(() => post(second));  // the second is sent when the first was answered
 *
 * @returns {<T>(run: () => Promise<T>) => Promise<T>} */
export function oneByOne() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (run) => {
    const mine = last.then(run);
    last = mine.catch(() => {});
    return mine;
  };
}
