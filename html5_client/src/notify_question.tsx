import { t } from "@deskside/browser/catalogue";
import { useId } from "preact/hooks";
import { OwnWindow } from "./own_window.tsx";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** Says why before the browser asks; in nobody's way, and never again once it is answered. */
export function NotifyQuestion({ visit }: { visit: Visit }) {
  const { notifications, frame } = visit;
  const askable = useStore(notifications.askable);
  const why = useId();
  if (!askable) return null;
  return (
    <section class="question" aria-labelledby={why}>
      <p id={why}>
        {t("Shall we tell you when it is your turn, so that you can do something else meanwhile?")}
      </p>
      <p class="hint">
        {frame
          ? t("Your browser lets us do so only in a tab of our own, where this chat then goes on.")
          : t("Your browser will then ask whether it may show notifications.")}
      </p>
      <div class="row">
        <button class="button" onClick={() => void notifications.answer(false)}>
          {t("No, thank you")}
        </button>
        {frame ? (
          <OwnWindow
            visit={visit}
            label={t("Open in its own tab")}
            onOpen={() => notifications.leave()}
          />
        ) : (
          <button class="button" onClick={() => void notifications.answer(true)}>
            {t("Notify me")}
          </button>
        )}
      </div>
    </section>
  );
}
