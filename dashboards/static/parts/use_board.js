/**
 * Draws a component anew whenever the board has news.
 */

import { useEffect, useState } from "/vendor/preact.js";

/** @param {import("../state/board.js").Board} board
 * @returns {number} its revision, for memos */
export function useBoard(board) {
  const [revision, setRevision] = useState(board.revision);
  useEffect(() => board.subscribe(() => setRevision(board.revision)), [board]);
  return revision;
}
