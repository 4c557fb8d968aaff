import { useCallback, useEffect, useRef, useState } from "react";
import { callText } from "./call_text.ts";
import { getInbox } from "./reviews.ts";
import type { Inbox, Shelf } from "./reviews.ts";

/** The inbox of officers is looked into so often, while it is in sight. */
const LOOK_MS = 20_000;

/** Told to every part of the page that shows the inbox, when one of them has changed it. */
const changed = new EventTarget();

export interface InboxState {
  readonly inbox: Inbox | null;
  /** Why it cannot be shown, or why the last thing that was tried did not work, in words. */
  readonly fault: string;
  readonly again: () => void;
  /** Do something, and show what came of it; says whether it worked. */
  readonly act: (work: Promise<unknown>) => Promise<boolean>;
}

/** Know what is on a shelf of the officers' inbox, and change it. */
export function useInbox(shelf: Shelf): InboxState {
  const [found, setFound] = useState<{ readonly shelf: Shelf; readonly inbox: Inbox } | null>(null);
  const [fault, setFault] = useState("");
  /** The newest question; answers to others come too late. */
  const turn = useRef<object>({});

  const look = useCallback(async () => {
    const mine = {};
    turn.current = mine;
    try {
      const inbox = await getInbox(shelf);
      if (mine !== turn.current) return;
      setFound({ shelf, inbox });
      setFault("");
    } catch (error) {
      if (mine === turn.current) setFault(callText(error));
    }
  }, [shelf]);

  useEffect(() => {
    const start = setTimeout(() => void look(), 0);
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void look();
    }, LOOK_MS);
    const onChanged = () => void look();
    changed.addEventListener("changed", onChanged);
    return () => {
      turn.current = {};
      clearTimeout(start);
      clearInterval(timer);
      changed.removeEventListener("changed", onChanged);
    };
  }, [look]);

  const act = useCallback(async (work: Promise<unknown>) => {
    try {
      await work;
      tellInboxChanged();
      return true;
    } catch (error) {
      setFault(callText(error));
      return false;
    }
  }, []);

  // What was on another shelf is not shown on this one.
  const inbox = found?.shelf === shelf ? found.inbox : null;
  return { inbox, fault, again: () => void look(), act };
}

/** Have every part of the page that shows the inbox look again. */
export function tellInboxChanged(): void {
  changed.dispatchEvent(new Event("changed"));
}
