import { t } from "@deskside/browser/catalogue";
import type { NudgeMeans } from "@deskside/browser/contract";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect } from "preact/hooks";
import { NUDGE_TUNE } from "./sounds.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** A nudge older than this is history, not a call. */
const FRESH_MS = 10_000;
const SHAKE_MS = 700;
const FLASH_MS = 1_000;

/** Follow a nudge by every means there is, and report those that worked. */
export function useNudges(visit: Visit, transcript: Transcript): void {
  const { nudged_at: nudged } = useStore(transcript.view).session;
  useEffect(() => {
    if (!nudged || visit.link.now() - nudged > FRESH_MS) return undefined;
    const stop = flashTitle();
    void call(visit, transcript).then((worked) => visit.ask({ type: "report_nudge", worked }));
    return stop;
  }, [nudged, visit, transcript]);
}

/** Call the customer, and return what really happened on their screen and loudspeaker. */
async function call(visit: Visit, transcript: Transcript): Promise<NudgeMeans[]> {
  const { session, entries } = transcript.view.get();
  const by = entries.findLast(({ fact }) => fact.type === "nudged")?.fact.by ?? "";
  const text = t("{name} is calling you.", { name: session.names[by] ?? "" });
  const looked = document.hasFocus();
  const { sounds, notifications, preferences, state } = visit;
  const worked: NudgeMeans[] = ["title"];
  if (shake()) worked.push("shake");
  const [heard, shown] = await Promise.all([
    !preferences.state.get().muted && sounds.play(NUDGE_TUNE),
    !looked && notifications.show(text, state.get().site.organisation),
  ]);
  if (heard) worked.push("sound");
  if (shown) worked.push("notification");
  if (looked || (await comesForward())) worked.push("focus");
  return worked;
}

function shake(): boolean {
  const isHidden = document.visibilityState !== "visible";
  if (isHidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
  const card = document.querySelector("main");
  card?.classList.add("shaken");
  setTimeout(() => card?.classList.remove("shaken"), SHAKE_MS);
  return true;
}

/** Browsers let few windows come forward by themselves; ask, and see. */
async function comesForward(): Promise<boolean> {
  globalThis.focus();
  await new Promise((done) => setTimeout(done));
  return document.hasFocus();
}

/** Flash the title, at once and at least once, until the page is looked at. */
function flashTitle(): () => void {
  const title = document.title;
  document.title = t("You are being called");
  const stop = () => {
    clearInterval(timer);
    document.title = title;
    removeEventListener("focus", stop);
  };
  const timer = setInterval(() => {
    if (document.hasFocus()) stop();
    else document.title = document.title === title ? t("You are being called") : title;
  }, FLASH_MS);
  addEventListener("focus", stop);
  return stop;
}
