import { useEffect, useState } from "react";
import type { RefObject } from "react";

/** Drawn above and below what is seen, so that scrolling shows no gap. */
const SPARE_ROWS = 6;

export interface Rows {
  readonly first: number;
  readonly last: number;
}

/** Return which of `count` rows of equal height are in sight of the scrolling `box`. */
export function useRows(box: RefObject<HTMLElement | null>, count: number, height: number): Rows {
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box]);
  return rowsSeen(seen.top, seen.height, count, height);
}

export function rowsSeen(top: number, seen: number, count: number, height: number): Rows {
  const first = Math.max(0, Math.floor(top / height) - SPARE_ROWS);
  return { first, last: Math.min(count, Math.ceil((top + seen) / height) + SPARE_ROWS) };
}
