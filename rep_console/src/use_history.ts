import { useCallback, useEffect, useRef, useState } from "react";
import { searchHistory } from "./history.ts";
import type { Past, Wanted } from "./history.ts";

/** Short enough to feel like at once, long enough not to ask at every key. */
const PAUSE_MS = 120;

interface Found {
  readonly sessions: readonly Past[];
  readonly next: string;
  readonly state: "searching" | "found" | "failed";
}

/** Search as the rep types; an answer that was overtaken is not shown. */
export function useHistory(wanted: Wanted) {
  const [found, setFound] = useState<Found>({ sessions: [], next: "", state: "searching" });
  const turnRef = useRef(0);

  const search = useCallback(async () => {
    const turn = ++turnRef.current;
    try {
      const page = await searchHistory(wanted);
      if (turn === turnRef.current) setFound({ ...page, state: "found" });
    } catch {
      if (turn === turnRef.current) setFound((before) => ({ ...before, state: "failed" }));
    }
  }, [wanted]);

  useEffect(() => {
    const timer = setTimeout(() => void search(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [search]);

  async function more(): Promise<void> {
    const turn = turnRef.current;
    const page = await searchHistory(wanted, found.next).catch(() => null);
    if (!page || turn !== turnRef.current) return;
    setFound({ sessions: [...found.sessions, ...page.sessions], next: page.next, state: "found" });
  }

  return { ...found, again: search, more };
}
