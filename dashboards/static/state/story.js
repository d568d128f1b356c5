/**
 * An incident's timeline made short: what happened to many alarms, or to many sites, in one minute is one line.
 */

/** @typedef {{at: string, kind: string, object: string, id: string, actor: string, actor_name?: string|null, text: string}} Moment */
/** @typedef {Moment & {n: number}} Line */

const FOLD_FROM = 3;

/** A ticket's note of its opening says again what the ticket says itself.
 * @param {Moment} one */
function isNews({ object, kind, text }) {
  return object !== "ticket" || kind !== "opened" || !text.startsWith("opened for");
}

/** @param {Moment} one */
function isOfMany({ object, kind }) {
  return object === "site" || (object === "alarm" && kind !== "commented");
}

/** @param {Moment[]} moments oldest first
 * @returns {Line[]} newest first; n counts what a line stands for */
export function foldStory(moments) {
  /** @type {Map<string, Moment[]>} */
  const groups = new Map();
  for (const one of moments.filter(isNews)) {
    const key = isOfMany(one) ? `${one.kind} ${one.at.slice(0, 16)}` : `${groups.size}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const lines = [...groups.values()].flatMap((group) =>
    group.length >= FOLD_FROM
      ? [{ .../** @type {Moment} */ (group[0]), n: group.length }]
      : group.map((one) => ({ ...one, n: 1 })),
  );
  return lines.sort((a, b) => (a.at < b.at ? 1 : -1));
}
