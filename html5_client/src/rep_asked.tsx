import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { Link } from "@deskside/browser/link";
import { minutesText, stopwatch } from "@deskside/browser/times";
import { useNow } from "./use_now.ts";

/** Waiting for one rep: who was named has so long to answer, all others are there at once. */
export function RepAsked({ session, link }: { session: Session; link: Link }) {
  const now = useNow(link);
  const name = session.names[session.meant_for] ?? "";
  if (session.meeting !== "direct") {
    return (
      <p class="lead" role="status" aria-label={t("Queue")}>
        {t("Connecting you with {name}…", { name })}
      </p>
    );
  }
  const until = session.state_since + session.rules.direct_seconds * 1000;
  const left = stopwatch(until - now);
  return (
    <div class="queue">
      <span class="queue-number queue-countdown" role="timer" aria-label={left}>
        {left}
      </span>
      <div role="status" aria-label={t("Queue")}>
        <p class="queue-place">{t("We are asking {name} for you.", { name })}</p>
        <p class="queue-wait">
          {t("The answer comes within {time}. You need not do anything.", {
            time: minutesText(Math.ceil(session.rules.direct_seconds / 60)),
          })}
        </p>
      </div>
    </div>
  );
}
