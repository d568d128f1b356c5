/**
 * What a component must know of the screen: how large a text is, whether it is a phone's, how wide a block is.
 */

import { useEffect, useLayoutEffect, useState } from "/vendor/preact.js";

const NARROW = "(max-width: 760px)";

/** @returns {number} pixels of one rem, which grows when the reader enlarges the text */
export function rem() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

/** @returns {boolean} whether the screen is as narrow as a phone's */
export function useNarrow() {
  const [narrow, setNarrow] = useState(matchMedia(NARROW).matches);
  useEffect(() => {
    const asked = matchMedia(NARROW);
    const hear = () => setNarrow(asked.matches);
    asked.addEventListener("change", hear);
    return () => asked.removeEventListener("change", hear);
  }, []);
  return narrow;
}

/** @param {{current: HTMLElement|null}} block
 * @returns {number} its width in pixels, 0 before it is there */
export function useWidth(block) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = block.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return width;
}
