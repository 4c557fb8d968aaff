import { t } from "@deskside/browser/catalogue";
import { timeOfDay } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import { Avatar, toneOf } from "./avatar.tsx";
import { Calling } from "./calling.tsx";
import { Composer } from "./composer.tsx";
import { awaitsWrapUp, serves } from "./concerns.ts";
import { customerOf } from "./customer.ts";
import { DropZone } from "./drop_zone.tsx";
import { FactsToggle } from "./facts_toggle.tsx";
import { Log } from "./log.tsx";
import { Mark } from "./mark.tsx";
import type { Preferences } from "./preferences.ts";
import { PauseBanner } from "./recording_pause.tsx";
import { AskingState } from "./screen_asking.tsx";
import { SessionActions } from "./session_actions.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import { WrapUpForm } from "./wrap_up_form.tsx";
import type { Workplace } from "./workplace.ts";

interface RegionProps {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  readonly transcript: Transcript | undefined;
}

/** The open conversation, or a hint where there is none. */
export function ConversationRegion({ workplace, preferences, transcript }: RegionProps) {
  return (
    <section className="conversation" aria-label={t("Conversation")}>
      {transcript ? (
        <Conversation
          key={transcript.id}
          workplace={workplace}
          preferences={preferences}
          transcript={transcript}
        />
      ) : (
        <div className="nothing-open">
          <Mark />
          <p>{t("No conversation is open.")}</p>
        </div>
      )}
    </section>
  );
}

interface ConversationProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

function Conversation({
  workplace,
  preferences,
  transcript,
}: ConversationProps & Pick<RegionProps, "preferences">) {
  const view = useStore(transcript.view);
  const { edits } = useStore(workplace.state);
  const { showsFacts } = useStore(preferences.layout);
  const { session } = view;
  const me = workplace.account.party;
  const { name, email } = customerOf(view);
  const called = { customer: session.customer, name, email };
  const isToWrapUp = awaitsWrapUp(view, me);
  const hue = workplace.tones.hueOf(transcript.id);
  return (
    <div className="conversation-inside" style={toneOf(hue)}>
      <header className="conversation-header">
        <Avatar name={name} hue={hue} />
        <div className="conversation-who">
          <h2>{name || t("Without a name")}</h2>
          <Presence workplace={workplace} transcript={transcript} />
        </div>
        {session.state !== "ended" ? (
          <SessionActions workplace={workplace} session={session} />
        ) : (
          !isToWrapUp && (
            <Button variant="default" size="sm" onClick={() => workplace.putAway(transcript)}>
              {t("Put away")}
            </Button>
          )
        )}
        {!showsFacts && <FactsToggle preferences={preferences} />}
      </header>
      <PauseBanner workplace={workplace} transcript={transcript} />
      <AskingState workplace={workplace} transcript={transcript} />
      <DropZone workplace={workplace} transcript={transcript}>
        <Log workplace={workplace} transcript={transcript} />
      </DropZone>
      <Calling workplace={workplace} session={session} called={called} />
      {isToWrapUp && (
        <WrapUpForm
          workplace={workplace}
          session={session.id}
          skip={t("Skip")}
          done={() => workplace.putAway(transcript)}
        />
      )}
      {session.state !== "ended" && serves(session, me) && (
        <Composer key={edits} workplace={workplace} transcript={transcript} />
      )}
    </div>
  );
}

/** Whether the customer is there, and what is going on with the session. */
function Presence({ workplace, transcript }: ConversationProps) {
  const { session } = useStore(transcript.view);
  const now = useNow(workplace.link);
  const away = session.gone[session.customer];
  const offered = session.offer && workplace.nameOf(session.offer.rep);
  return (
    <p className={away ? "presence presence-away" : "presence"}>
      {`${workplace.issueName(session.issue)} · `}
      {session.state === "ended" && t("Ended")}
      {session.state === "calling" && t("Is being called")}
      {session.state === "waiting" && t("Waiting in the queue")}
      {session.state === "talking" &&
        (away ? t("Away since {time}", { time: timeOfDay(away, now) }) : t("Here"))}
      {offered && ` · ${t("Offered to {name}", { name: offered })}`}
    </p>
  );
}
