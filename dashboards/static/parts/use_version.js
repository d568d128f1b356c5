/**
 * The version of what a form was filled from: what came since is not overwritten unseen.
 */

import { useRef } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";

/** Sends what was said with the version that was read. Who sends it again after the server has said that it is old means
 * it over what is there by now.
 * @param {string} path  of the object; empty for a new one
 * @param {number|undefined} version  as the form begins; none of a new one
 * @returns {<T>(send: (version: number|undefined) => Promise<T>) => Promise<T>} rejects with what the server says */
export function useVersion(path, version) {
  const read = useRef(version);
  return (send) =>
    send(read.current).catch(async (error) => {
      if (error.reason === "version_is_old") read.current = (await get(path)).version;
      throw error;
    });
}

/** Sends a decision with the version that was seen. What only the services changed since takes nothing from it: where all
 * that the person decided by is as it was, it is sent once more with the version there is.
 * @template {{version: number}} Seen
 * @template Answer
 * @param {string} path  of the object
 * @param {Seen} seen
 * @param {(seen: Seen, now: Seen) => boolean} isAsSeen
 * @param {(version: number) => Promise<Answer>} send
 * @returns {Promise<Answer>} rejects with what the server says */
export async function sendAsSeen(path, seen, isAsSeen, send) {
  try {
    return await send(seen.version);
  } catch (error) {
    if (/** @type {{reason?: string}} */ (error).reason !== "version_is_old") throw error;
    const now = await get(path);
    if (!isAsSeen(seen, now)) throw error;
    return send(now.version);
  }
}
