import type { Transcript } from "@deskside/browser/transcript";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

/** A few pixels off still count as the bottom: zoom makes fractions. */
const NEAR_PX = 40;

/**
 * Keeps the list in `element` at its newest line unless the reader has scrolled up, and tells the transcript
 * whether the newest is being looked at.
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
    // The keyboard of a phone, or a notice, takes room away.
    const observer = new ResizeObserver(() => {
      if (isThere) toBottom(element.current);
    });
    observer.observe(box);
    // A picture in a line takes its room when it is there.
    const onLoad = () => isThere && toBottom(element.current);
    box.addEventListener("load", onLoad, true);
    return () => {
      observer.disconnect();
      box.removeEventListener("load", onLoad, true);
    };
  }, [element, isThere]);

  useEffect(() => {
    const look = () => transcript.look(isThere && document.visibilityState === "visible");
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      transcript.look(false);
    };
  }, [transcript, isThere]);

  return { isThere, go, onScroll };
}

function toBottom(box: HTMLElement | null): void {
  box?.scrollTo({ top: box.scrollHeight });
}
