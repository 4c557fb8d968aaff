/**
 * The browser's notifications, for who looks elsewhere while they wait.
 *
 * The browser's own question can be asked once and answered for good, so ours comes first and only
 * a yes leads to it. An answer to ours is kept: nobody is asked twice.
 */
import { t } from "@deskside/browser/catalogue";
import type { Fact, Session } from "@deskside/browser/contract";
import { keep, kept } from "@deskside/browser/storage";
import { Store } from "@deskside/browser/store";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

const KEY = "notify";
/** What is older than this when it comes is history. */
const FRESH_MS = 5_000;
/** A browser that has not shown a notification by then will not show it. */
const SHOWN_MS = 1_000;

export class Notifications {
  /** Whether there is something to ask. */
  readonly askable: Store<boolean>;

  /** `isFramed` says that the page is behind another site's button: there a window of ours asks. */
  constructor(isFramed: boolean) {
    // In a frame every browser says "denied", whatever holds in a window of ours.
    const open = isPossible() && (isFramed || Notification.permission === "default");
    this.askable = new Store(open && !kept(KEY));
  }

  /** The question goes on in a window of our own. */
  leave(): void {
    keep(KEY, "elsewhere");
    this.askable.set(false);
  }

  /** Take our question's answer; a yes brings the browser's. */
  async answer(wanted: boolean): Promise<void> {
    keep(KEY, wanted ? "yes" : "no");
    this.askable.set(false);
    if (wanted) await Notification.requestPermission();
  }

  /** Show `text`, and say whether it was shown. */
  show(text: string, title: string): Promise<boolean> {
    if (!isPossible() || Notification.permission !== "granted" || kept(KEY) === "no") {
      return Promise.resolve(false);
    }
    return new Promise((tell) => {
      try {
        // The next one replaces it: nobody needs a pile of them.
        const notification = new Notification(title, { body: text, tag: "deskside" });
        notification.onshow = () => tell(true);
        notification.onerror = () => tell(false);
        notification.onclick = () => {
          globalThis.focus();
          notification.close();
        };
        setTimeout(() => tell(false), SHOWN_MS);
      } catch {
        // Chrome on Android shows none for a page alone.
        tell(false);
      }
    });
  }
}

/** Notify who looks elsewhere when a rep has accepted or somebody has written. */
export function useNotifications({ notifications, link, state }: Visit, transcript: Transcript) {
  const { entries, session } = useStore(transcript.view);
  const heardRef = useRef(0);
  useEffect(() => {
    const isNews = ({ by, at, place }: Fact) =>
      place > heardRef.current && by !== transcript.me && link.now() - at < FRESH_MS;
    const news = entries.findLast(({ fact }) => isNews(fact) && textAbout(fact, session))?.fact;
    heardRef.current = entries.at(-1)?.fact.place ?? 0;
    if (news && !document.hasFocus()) {
      void notifications.show(textAbout(news, session), state.get().site.organisation);
    }
  }, [entries, session, transcript, notifications, link, state]);
}

/** The words of a message stay in the page: others may see the screen. */
function textAbout(fact: Fact, { names }: Session): string {
  if (fact.type === "accepted") return t("{name} is here for you.", { name: fact.name });
  const name = names[fact.by];
  if ((fact.type !== "said" && fact.type !== "link_pushed") || !name) return "";
  return t("New message from {name}", { name });
}

function isPossible(): boolean {
  return "Notification" in globalThis;
}
