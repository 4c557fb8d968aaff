import { t } from "@deskside/browser/catalogue";
import type { NudgeMeans } from "@deskside/browser/contract";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** A nudge older than this is history, not a call. */
const FRESH_MS = 10_000;
const SHAKE_MS = 700;
const FLASH_MS = 1_000;

/** Follow a nudge: shake the window, flash the title, and report what was done. */
export function useNudges(visit: Visit, transcript: Transcript): void {
  const { nudged_at: nudged } = useStore(transcript.view).session;
  useEffect(() => {
    if (!nudged || visit.link.now() - nudged > FRESH_MS) return undefined;
    const worked: NudgeMeans[] = ["title"];
    if (shake()) worked.push("shake");
    void visit.ask({ type: "report_nudge", worked });
    return flashTitle();
  }, [nudged, visit]);
}

function shake(): boolean {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
  const card = document.querySelector("main");
  card?.classList.add("shaken");
  setTimeout(() => card?.classList.remove("shaken"), SHAKE_MS);
  return true;
}

/** Flash the title until the page is looked at. */
function flashTitle(): () => void {
  const title = document.title;
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
