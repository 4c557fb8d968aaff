import { useCallback, useEffect, useRef, useState } from "react";
import { searchQueue } from "./queue_search.ts";
import type { WaitingFound } from "./queue_search.ts";
import type { Workplace } from "./workplace.ts";

/** Short enough to feel like at once, long enough not to ask at every key or for every change. */
const PAUSE_MS = 200;

interface Found extends WaitingFound {
  readonly state: "searching" | "found" | "failed";
}

/** Who waits and is called `words`, as it changes; an answer that was overtaken is not shown. */
export function useQueueSearch(workplace: Workplace, words: string) {
  const [found, setFound] = useState<Found>({ total: 0, found: [], state: "searching" });
  const turnRef = useRef(0);
  const hasMoreRef = useRef(false);

  const search = useCallback(async () => {
    const turn = ++turnRef.current;
    hasMoreRef.current = false;
    try {
      const page = await searchQueue(words);
      if (turn === turnRef.current) setFound({ ...page, state: "found" });
    } catch {
      if (turn === turnRef.current) setFound((before) => ({ ...before, state: "failed" }));
    }
  }, [words]);

  useEffect(() => {
    let timer: number | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void search();
      }, PAUSE_MS);
    };
    soon();
    // Who has gone on to the next page is not sent back to the first.
    const stop = workplace.link.on(({ type }) => type === "queue" && !hasMoreRef.current && soon());
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [workplace, search]);

  async function more(): Promise<void> {
    const turn = turnRef.current;
    const page = await searchQueue(words, found.found.length).catch(() => null);
    if (!page || turn !== turnRef.current) return;
    hasMoreRef.current = true;
    setFound({ total: page.total, found: [...found.found, ...page.found], state: "found" });
  }

  return { ...found, again: () => void search(), more: () => void more() };
}
