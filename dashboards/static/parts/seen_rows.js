/**
 * Which rows of a tall block are in sight of the box that scrolls it; so thousands of rows cost no more than a screenful.
 */

import { useEffect, useLayoutEffect, useState } from "/vendor/preact.js";
import { scrollFor, windowOf } from "./virtual_list.js";

const FEW = 60;

/**
 * @param {{current: HTMLElement|null}} block  stands in the box, as high as all its rows
 * @param {string} box  the selector of what scrolls it
 * @param {number} rowHeight in pixels
 * @param {number} count
 * @returns {{first: number, last: number}} last is exclusive
 */
export function useSeenRows(block, box, rowHeight, count) {
  const [view, setView] = useState({ top: 0, height: 900 });
  const look = () => {
    const element = block.current;
    const around = element?.closest(box);
    if (!element || !around) return;
    const top = around.getBoundingClientRect().top - element.getBoundingClientRect().top;
    const height = around.clientHeight;
    if (Math.abs(top - view.top) >= 1 || height !== view.height) setView({ top, height });
  };
  useLayoutEffect(look); // what stands above it may have grown
  useEffect(() => {
    const around = block.current?.closest(box);
    around?.addEventListener("scroll", look, { passive: true });
    return () => around?.removeEventListener("scroll", look);
  });
  return count <= FEW ? { first: 0, last: count } : windowOf(view.top, view.height, rowHeight, count);
}

/** Scrolls the box so that a row is in sight, with room below for what floats there.
 * @param {HTMLElement} block
 * @param {string} box
 * @param {number} rowHeight
 * @param {number} index
 * @param {number} below */
export function bringIntoSight(block, box, rowHeight, index, below) {
  const around = block.closest(box);
  if (!around) return;
  const top = around.getBoundingClientRect().top - block.getBoundingClientRect().top;
  around.scrollTop += scrollFor(top, around.clientHeight - below, rowHeight, index) - top;
}
