import { ApiError } from "@deskside/browser/api";
import { useCallback, useRef, useState } from "react";

/** Somebody closed the question for their password. */
export class NotConfirmed extends Error {}

interface Confirmed {
  /** Do `work`; where the broker wants the password again, ask for it and do it then. */
  readonly confirmed: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether the password is being asked for. */
  readonly asking: boolean;
  /** Say that it was given, or that it was not. */
  readonly answer: (given: boolean) => void;
}

export function useConfirmed(): Confirmed {
  const [asking, setAsking] = useState(false);
  const waiting = useRef<(given: boolean) => void>(() => undefined);

  const confirmed = useCallback(async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (fault) {
      if (!(fault instanceof ApiError) || fault.code !== "confirm_needed") throw fault;
    }
    const given = await new Promise<boolean>((resolve) => {
      waiting.current = resolve;
      setAsking(true);
    });
    if (!given) throw new NotConfirmed();
    return work();
  }, []);

  const answer = useCallback((given: boolean) => {
    setAsking(false);
    waiting.current(given);
  }, []);

  return { confirmed, asking, answer };
}
