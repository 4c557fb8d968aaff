import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useLayoutEffect, useState } from "react";
import type { RefObject } from "react";

/** A few pixels off still count as the bottom: zoom makes fractions. */
const NEAR_PX = 40;

/**
 * Keeps the list in `element` at its newest line unless the reader has scrolled up, and tells the
 * transcript whether the newest is being looked at.
 */
export function useBottom(
  element: RefObject<HTMLElement | null>,
  transcript: Transcript,
  length: number,
) {
  const [isThere, setThere] = useState(true);

  const go = () => toBottom(element.current);
  const onScroll = () => {
    const box = element.current;
    if (box) setThere(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX);
  };

  useLayoutEffect(() => {
    if (isThere) toBottom(element.current);
  }, [element, length, isThere]);

  useEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    // What one writes below grows and takes room away.
    const observer = new ResizeObserver(() => {
      if (isThere) toBottom(box);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [element, isThere]);

  useEffect(() => {
    // A rep has many windows open: only one that is in front counts as read.
    const look = () => transcript.look(isThere && document.hasFocus());
    look();
    addEventListener("focus", look);
    addEventListener("blur", look);
    return () => {
      removeEventListener("focus", look);
      removeEventListener("blur", look);
      transcript.look(false);
    };
  }, [transcript, isThere]);

  return { isThere, go, onScroll };
}

function toBottom(box: HTMLElement | null): void {
  box?.scrollTo({ top: box.scrollHeight });
}
