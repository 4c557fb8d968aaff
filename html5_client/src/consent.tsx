import type { ConsentText } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { Asked } from "@deskside/browser/outbox";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Moment } from "./loading.tsx";
import { refusalMeaning } from "./recording.tsx";
import { TimeLeft } from "./time_left.tsx";
import { useArrival } from "./use_arrival.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

interface QuestionProps {
  readonly visit: Visit;
  readonly session: Session;
}

/** The site's agreement: nothing begins before it is accepted. */
export function AgreementQuestion({ visit, session }: QuestionProps) {
  const { site } = useStore(visit.state);
  const text = useCurrent(visit, session, site.agreement, session.rules.agreement_digest);
  if (!text) return <Moment />;
  const { digest } = text;
  return (
    <Question
      title={text.title ?? t("Before we begin")}
      text={text.text}
      visit={visit}
      session={session}
      yes={{ label: t("Accept"), asked: { type: "accept_agreement", digest } }}
      no={{ label: t("Decline"), asked: { type: "decline_agreement", digest } }}
    />
  );
}

/** Whether the session may be recorded, and what it means to say no: read before, not after. */
export function RecordingQuestion({ visit, session }: QuestionProps) {
  const { site } = useStore(visit.state);
  const text = useCurrent(visit, session, site.recording, session.rules.recording_digest);
  if (!text) return <Moment />;
  const { digest } = text;
  return (
    <Question
      title={t("May we record this session?")}
      text={text.text}
      visit={visit}
      session={session}
      yes={{
        label: t("Allow recording"),
        asked: { type: "answer_recording", allowed: true, digest },
      }}
      no={{
        label: t("Do not allow"),
        asked: { type: "answer_recording", allowed: false, digest },
      }}
    >
      <p class="hint">
        {refusalMeaning(session.rules.refusal_policy)}{" "}
        {t("If you allow it, you can withdraw that in the menu at any time.")}
      </p>
    </Question>
  );
}

interface Choice {
  readonly label: string;
  readonly asked: Asked;
}

interface AnswerProps {
  readonly title: string;
  readonly text: string;
  readonly visit: Visit;
  readonly session: Session;
  readonly yes: Choice;
  readonly no: Choice;
  readonly children?: ComponentChildren;
}

function Question({ title, text, visit, session, yes, no, children }: AnswerProps) {
  const [answered, setAnswered] = useState(false);
  const heading = useArrival<HTMLHeadingElement>();
  const answer = (asked: Asked) => {
    setAnswered(true);
    // A refusal leaves the question open, so it may be answered again.
    void visit.ask(asked).then(() => setAnswered(false));
  };
  return (
    <section class="screen form">
      <h2 class="title" tabIndex={-1} ref={heading}>
        {title}
      </h2>
      <div class="terms" tabIndex={0} role="group" aria-label={title}>
        {text}
      </div>
      {children}
      <TimeLeft
        visit={visit}
        until={session.state_since + session.rules.acceptance_seconds * 1_000}
      />
      <div class="row">
        <button class="button" disabled={answered} onClick={() => answer(no.asked)}>
          {no.label}
        </button>
        <button class="button button-main" disabled={answered} onClick={() => answer(yes.asked)}>
          {yes.label}
        </button>
      </div>
    </section>
  );
}

/** Consent counts only for the very text of the session's rules: fetch it if ours is another. */
function useCurrent(
  visit: Visit,
  { language }: Session,
  text: ConsentText | null,
  digest: string,
): ConsentText | null {
  const stale = text?.digest !== digest;
  useEffect(() => {
    if (stale) void visit.refresh(language);
  }, [stale, visit, language]);
  return stale ? null : text;
}
