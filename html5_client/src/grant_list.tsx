import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { stopwatch, timeOfDay } from "@deskside/browser/times";
import { toolText } from "./screen_words.ts";
import { useNow } from "./use_now.ts";
import type { Visit } from "./visit.ts";

/** What is allowed to whom at this moment, and the way to take it back. */
export function GrantList({ visit, session }: { visit: Visit; session: Session }) {
  const now = useNow(visit.link);
  if (!session.grants.length) return null;
  return (
    <section class="grants" aria-label={t("What you have allowed")}>
      <ul>
        {session.grants.map(({ tool, rep, since, until }) => {
          const name = session.names[rep] ?? "";
          const what = t("{name} may {what}", { name, what: toolText(tool) });
          return (
            <li key={`${tool} ${rep}`} class="grant">
              <span>
                {what}
                <span class="grant-times">
                  {t("since {time}", { time: timeOfDay(since, now) })}
                  {" · "}
                  {t("{time} left", { time: stopwatch(until - now) })}
                </span>
              </span>
              <button
                class="button button-small"
                aria-label={t("Take back: {what}", { what })}
                onClick={() => void visit.ask({ type: "revoke", tool, rep })}
              >
                {t("Take back")}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
