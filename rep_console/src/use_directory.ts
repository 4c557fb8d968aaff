import { useCallback, useEffect, useState } from "react";
import { getDirectory } from "./contacts.ts";
import type { Directory } from "./contacts.ts";
import type { Workplace } from "./workplace.ts";

/** Many change at once when a shift begins. */
const GATHER_MS = 400;

/** Who works here, as it changes while `isWanted`. */
export function useDirectory(workplace: Workplace, isWanted = true) {
  const [directory, setDirectory] = useState<Directory | null>(null);
  const [hasFailed, setFailed] = useState(false);

  const fetch = useCallback(async () => {
    try {
      setDirectory(await getDirectory());
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, []);

  useEffect(() => {
    if (!isWanted) return undefined;
    let timer = setTimeout(() => void fetch(), 0);
    const stop = workplace.link.on((frame) => {
      if (frame.type !== "team") return;
      clearTimeout(timer);
      timer = setTimeout(() => void fetch(), GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [workplace, fetch, isWanted]);

  return { directory, hasFailed, again: () => void fetch() };
}
