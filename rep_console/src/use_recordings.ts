import { useCallback, useEffect, useRef, useState } from "react";
import { getRecordingPeople, searchRecordings } from "./recordings.ts";
import type { Recorded, RecordingPeople, RecordingsWanted } from "./recordings.ts";

/** Short enough to feel like at once, long enough not to ask at every key. */
const PAUSE_MS = 120;

/** Who is recorded for the first time while the page stands open has a name after so long. */
const PEOPLE_MS = 30_000;

const NOBODY: RecordingPeople = { reps: [], teams: [] };

interface Found {
  readonly recordings: readonly Recorded[];
  readonly next: string;
  readonly state: "searching" | "found" | "failed";
}

/** Search as the officer types; an answer that was overtaken is not shown. */
export function useRecordings(wanted: RecordingsWanted) {
  const [found, setFound] = useState<Found>({ recordings: [], next: "", state: "searching" });
  const turnRef = useRef(0);

  const search = useCallback(async () => {
    const turn = ++turnRef.current;
    try {
      const page = await searchRecordings(wanted);
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
    const page = await searchRecordings(wanted, found.next).catch(() => null);
    if (!page || turn !== turnRef.current) return;
    const recordings = [...found.recordings, ...page.recordings];
    setFound({ recordings, next: page.next, state: "found" });
  }

  return { ...found, again: search, more };
}

/** Who and what recordings can be looked for by; nobody until it is known. */
export function useRecordingPeople(): RecordingPeople {
  const [people, setPeople] = useState(NOBODY);
  useEffect(() => {
    let isWanted = true;
    const look = () =>
      void getRecordingPeople().then(
        (known) => isWanted && setPeople(known),
        // Ids stand where names would; the search itself says that the server is away.
        () => undefined,
      );
    look();
    const timer = setInterval(look, PEOPLE_MS);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, []);
  return people;
}
