import { t } from "@deskside/browser/catalogue";
import { stopwatch } from "@deskside/browser/times";
import { useNow } from "./use_now.ts";
import type { Visit } from "./visit.ts";

/** How long a question stays open; `until` is in ms by the broker's clock. */
export function TimeLeft({ visit, until }: { visit: Visit; until: number }) {
  const time = stopwatch(until - useNow(visit.link));
  // Not in a status region: nobody wants each second read out.
  return <p class="hint time-left">{t("You have {time} left to answer.", { time })}</p>;
}
