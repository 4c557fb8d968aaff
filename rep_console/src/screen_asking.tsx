import { t } from "@deskside/browser/catalogue";
import type { Session, Tool } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import { ActionButton } from "./action_button.tsx";
import { lastAnswer, rightsOf, toolsForControl } from "./screen_rights.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface AskingProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

/** The buttons that ask the customer for the screen, or give back what was given. */
export function ScreenRequests({ workplace, session }: AskingProps) {
  const { open } = useStore(workplace.link.state);
  const rights = rightsOf(session, workplace.account.party);
  const disabled = !open || session.prompt !== null;
  const ask = (tools: readonly Tool[]) =>
    void workplace.ask({ type: "request_grants", session: session.id, tools });
  const release = () =>
    void workplace.ask({ type: "release", session: session.id, tool: "control" });
  return (
    <>
      {!rights.view && (
        <ActionButton
          icon="device"
          label={t("Request screen")}
          rank={2}
          disabled={disabled}
          run={() => ask(["view"])}
        />
      )}
      {rights.control ? (
        <ActionButton
          icon="pointer"
          label={t("Release control")}
          rank={2}
          disabled={!open}
          run={release}
        />
      ) : (
        <ActionButton
          icon="pointer"
          label={t("Request control")}
          rank={3}
          disabled={disabled}
          run={() => ask(toolsForControl(rights))}
        />
      )}
      {session.where === "page" && (
        <ActionButton
          icon="download"
          label={t("Offer the app")}
          rank={3}
          disabled={!open || session.app_offered !== ""}
          why={session.app_offered ? t("The app has been offered.") : undefined}
          run={() => void workplace.ask({ type: "offer_app", session: session.id })}
        />
      )}
    </>
  );
}

interface StateProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** How it stands with what a rep has asked for: open, refused or unanswered. */
export function AskingState({ workplace, transcript }: StateProps) {
  const { session, entries } = useStore(transcript.view);
  const now = useNow(workplace.link);
  const me = workplace.account.party;
  const { prompt } = session;
  const answer = lastAnswer(entries, session, me, now);
  // The status region stays, so that screen readers hear what comes into it.
  return (
    <div className="asking" role="status">
      {prompt && (
        <p className="asking-line">
          <span>
            {prompt.rep === me
              ? t("The customer is being asked and has not answered yet.")
              : t("{name} is asking the customer for something.", {
                  name: workplace.nameOf(prompt.rep),
                })}
          </span>{" "}
          <span className="asking-time" aria-hidden="true">
            {stopwatch(prompt.until - now)}
          </span>
        </p>
      )}
      {session.app_offered && (
        <p className="asking-line">{t("The customer is asked to go on in the app.")}</p>
      )}
      {answer === "refused" && (
        <p className="asking-line asking-refused">{t("The customer said no.")}</p>
      )}
      {answer === "unanswered" && (
        <p className="asking-line asking-refused">
          {t("The customer did not answer in time. You may ask again.")}
        </p>
      )}
    </div>
  );
}
