import { useCallback, useEffect, useRef, useState } from "react";
import { callText } from "./call_text.ts";
import { getExports, isUnderWay } from "./exports.ts";
import type { RecordingExport } from "./exports.ts";

export interface ExportsState {
  readonly exports: readonly RecordingExport[];
  /** Why the last thing that was tried did not work, in words. */
  readonly fault: string;
  /** Do something, and show what came of it. */
  readonly act: (work: Promise<unknown>) => void;
}

/** How often it is asked how far exports have come while there are any, in ms. */
const LOOK_MS = 1_500;

/** Know how far the exports of a recording have come. */
export function useExports(recording: string): ExportsState {
  const [exports, setExports] = useState<readonly RecordingExport[]>([]);
  const [fault, setFault] = useState("");
  const isHere = useRef(true);
  const look = useCallback(async () => {
    try {
      const found = await getExports(recording);
      if (isHere.current) setExports(found);
    } catch (error) {
      if (isHere.current) setFault(callText(error));
    }
  }, [recording]);
  useEffect(() => {
    isHere.current = true;
    const timer = setTimeout(() => void look(), 0);
    return () => {
      isHere.current = false;
      clearTimeout(timer);
    };
  }, [look]);
  const waits = exports.some(isUnderWay);
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [waits, look]);
  const act = useCallback(
    (work: Promise<unknown>) => {
      work
        .then(() => setFault(""))
        .catch((error: unknown) => setFault(callText(error)))
        .finally(() => void look());
    },
    [look],
  );
  return { exports, fault, act };
}
