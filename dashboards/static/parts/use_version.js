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
