import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { Conversation } from "./conversation.tsx";
import { ExitSurvey } from "./exit_survey.tsx";
import { endingText } from "./happenings.ts";
import { MailTranscript } from "./mail_transcript.tsx";
import { noticeLeftOn } from "./notices.tsx";
import { useArrival } from "./use_arrival.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

const NEXT: readonly string[] = ["busy", "unanswered"];

/** The chat is over: why, what was said, the survey, and a way to begin again. */
export function Ended({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const { session, entries } = useStore(transcript.view);
  const { site, available } = useStore(visit.state);
  const heading = useArrival<HTMLHeadingElement>();
  const mayWrite = available === false && site.offline === "form";
  const talked = session.accepted_at > 0;
  return (
    <>
      {talked && (
        <Conversation
          link={visit.link}
          transcript={transcript}
          organisation={site.organisation}
          files={visit.files}
        />
      )}
      <section class={`ended${talked ? "" : " screen"}`}>
        <h2 class="ended-text" tabIndex={-1} ref={heading}>
          {session.ending === "orphaned"
            ? site.orphaned
            : endingText(session.ending, session.names[session.owner] ?? "")}
        </h2>
        {session.meeting === "direct" && NEXT.includes(session.ending) && (
          <p class="lead">
            {mayWrite
              ? t("You can try again. If nobody is available, you can leave us a message.")
              : t("You can try again, or start a chat with whoever is free.")}
          </p>
        )}
        {session.ending === "left_on_notice" && (
          <p class="lead">{noticeLeftOn(site.notices, entries)}</p>
        )}
        {session.ending === "orphaned" && site.orphaned_url && (
          <a class="button" href={site.orphaned_url} target="_blank" rel="noopener noreferrer">
            {t("Go on to {address}", { address: new URL(site.orphaned_url).host })}
          </a>
        )}
        {session.survey === "wanted" && <ExitSurvey visit={visit} transcript={transcript} />}
        {session.survey === "done" && <p class="lead">{t("Thank you for your answer.")}</p>}
        {talked && site.transcript && site.mails && (
          <MailTranscript visit={visit} transcript={transcript} />
        )}
        {session.survey !== "wanted" && (
          <button class="button button-main" onClick={() => visit.startAnew()}>
            {t("Start chat")}
          </button>
        )}
      </section>
    </>
  );
}
