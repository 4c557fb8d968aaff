import { useCallback, useEffect, useRef, useState } from "react";
import { searchContacts } from "./contacts.ts";
import type { Contact } from "./contacts.ts";

/** Short enough to feel like at once, long enough not to ask at every key. */
const PAUSE_MS = 120;

interface Found {
  readonly contacts: readonly Contact[];
  readonly hasMore: boolean;
  readonly state: "searching" | "found" | "failed";
}

/** Search contacts as the rep types; an answer that was overtaken is not shown. */
export function useContacts(words: string) {
  const [found, setFound] = useState<Found>({ contacts: [], hasMore: false, state: "searching" });
  const turnRef = useRef(0);

  const search = useCallback(async () => {
    const turn = ++turnRef.current;
    try {
      const { contacts, more } = await searchContacts(words);
      if (turn === turnRef.current) setFound({ contacts, hasMore: more, state: "found" });
    } catch {
      if (turn === turnRef.current) setFound((before) => ({ ...before, state: "failed" }));
    }
  }, [words]);

  useEffect(() => {
    const timer = setTimeout(() => void search(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [search]);

  async function more(): Promise<void> {
    const turn = turnRef.current;
    const page = await searchContacts(words, found.contacts.at(-1)?.last_at).catch(() => null);
    if (!page || turn !== turnRef.current) return;
    const contacts = [...found.contacts, ...page.contacts];
    setFound({ contacts, hasMore: page.more, state: "found" });
  }

  return { ...found, again: search, more };
}
