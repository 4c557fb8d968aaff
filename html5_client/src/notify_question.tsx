import { t } from "@deskside/browser/catalogue";
import { useId } from "preact/hooks";
import type { Notifications } from "./notifications.ts";
import { useStore } from "./use_store.ts";

/** Says why before the browser asks; in nobody's way, and never again once it is answered. */
export function NotifyQuestion({ notifications }: { notifications: Notifications }) {
  const askable = useStore(notifications.askable);
  const why = useId();
  if (!askable) return null;
  return (
    <section class="question" aria-labelledby={why}>
      <p id={why}>
        {t("Shall we tell you when it is your turn, so that you can do something else meanwhile?")}
      </p>
      <p class="hint">{t("Your browser will then ask whether it may show notifications.")}</p>
      <div class="row">
        <button class="button" onClick={() => void notifications.answer(false)}>
          {t("No, thank you")}
        </button>
        <button class="button" onClick={() => void notifications.answer(true)}>
          {t("Notify me")}
        </button>
      </div>
    </section>
  );
}
