import { t } from "@deskside/browser/catalogue";
import { stopwatch } from "@deskside/browser/times";
import { useNow } from "./use_now.ts";
import type { Visit } from "./visit.ts";

/** Nothing has happened for a while: says when the chat ends, and how to keep it. */
export function InactivityWarning({ visit, until }: { visit: Visit; until: number }) {
  const now = useNow(visit.link);
  return (
    <section class="warning" role="alert">
      <p>
        {t("Are you still there? Without a sign from you the chat ends soon.")}{" "}
        <span class="warning-time" aria-hidden="true">
          {stopwatch(until - now)}
        </span>
      </p>
      <button class="button button-main" onClick={() => void visit.ask({ type: "extend" })}>
        {t("I am still here")}
      </button>
    </section>
  );
}
