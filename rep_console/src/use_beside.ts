import { useCallback, useEffect, useRef, useState } from "react";
import { callText } from "./call_text.ts";
import { getBeside } from "./reviews.ts";
import type { Beside } from "./reviews.ts";

export interface BesideState {
  readonly beside: Beside | null;
  /** Why the last thing that was tried did not work, in words. */
  readonly fault: string;
  /** Do something, and show what came of it; says whether it worked. */
  readonly act: (work: Promise<unknown>) => Promise<boolean>;
}

/** Know what stands beside a recording, and change it. */
export function useBeside(recording: string): BesideState {
  const [beside, setBeside] = useState<Beside | null>(null);
  const [fault, setFault] = useState("");
  const isHere = useRef(true);
  const look = useCallback(async () => {
    const found = await getBeside(recording);
    if (isHere.current) setBeside(found);
  }, [recording]);
  useEffect(() => {
    isHere.current = true;
    const timer = setTimeout(() => {
      look().catch((error: unknown) => setFault(callText(error)));
    }, 0);
    return () => {
      isHere.current = false;
      clearTimeout(timer);
    };
  }, [look]);
  const act = useCallback(
    async (work: Promise<unknown>) => {
      try {
        await work;
        await look();
        setFault("");
        return true;
      } catch (error) {
        setFault(callText(error));
        return false;
      }
    },
    [look],
  );
  return { beside, fault, act };
}
