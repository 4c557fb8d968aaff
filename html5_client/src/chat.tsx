import type { Transcript } from "@deskside/browser/transcript";
import { AppWay, InTheApp } from "./app_way.tsx";
import { DropZone } from "./attach.tsx";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.tsx";
import { GrantList } from "./grant_list.tsx";
import { GrantQuestion } from "./grant_question.tsx";
import { InactivityWarning } from "./inactivity_warning.tsx";
import { Notices, knownNotices } from "./notices.tsx";
import { useNotifications } from "./notifications.ts";
import { NotifyQuestion } from "./notify_question.tsx";
import { useNudges } from "./nudge.ts";
import { QueuePlace } from "./queue_place.tsx";
import { RepAsked } from "./rep_asked.tsx";
import { RepNotice } from "./rep_notice.tsx";
import { PauseBanner, ShareButton, SharingBanner } from "./sharing_banner.tsx";
import { useSounds } from "./sounds.ts";
import { useEffect } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

interface ChatProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
}

/** Waiting and talking: the same conversation, whoever is on the other side. */
export function Chat({ visit, transcript }: ChatProps) {
  const { session } = useStore(transcript.view);
  const Shown = session.where === "app" ? ChatElsewhere : ChatHere;
  return <Shown visit={visit} transcript={transcript} />;
}

/** The app is in charge: it asks and calls, and here nothing is asked twice. */
function ChatElsewhere({ visit, transcript }: ChatProps) {
  const { site } = useStore(visit.state);
  useEffect(() => visit.wantsApp.set(false), [visit]);
  return (
    <>
      <Conversation
        link={visit.link}
        transcript={transcript}
        organisation={site.organisation}
        files={visit.files}
        edit={(line) => visit.edit(line)}
      />
      <InTheApp visit={visit} />
    </>
  );
}

function ChatHere({ visit, transcript }: ChatProps) {
  const wantsApp = useStore(visit.wantsApp);
  const { session, entries } = useStore(transcript.view);
  const { position, site, edits } = useStore(visit.state);
  useNudges(visit, transcript);
  useNotifications(visit, transcript);
  useSounds(visit, transcript);
  return (
    <>
      <SharingBanner visit={visit} transcript={transcript} />
      <PauseBanner visit={visit} transcript={transcript} />
      <GrantList visit={visit} session={session} />
      {session.state === "waiting" &&
        (session.meant_for ? (
          <RepAsked session={session} link={visit.link} />
        ) : (
          <QueuePlace position={position} keptSeconds={session.rules.keep_place_seconds} />
        ))}
      {session.state === "waiting" && (
        <Notices
          notices={knownNotices(site.notices, entries)}
          leave={(notice) => visit.ask({ type: "leave_on_notice", notice })}
        />
      )}
      {session.state === "waiting" && <NotifyQuestion visit={visit} />}
      <DropZone visit={visit} transcript={transcript}>
        <Conversation
          link={visit.link}
          transcript={transcript}
          organisation={site.organisation}
          files={visit.files}
          edit={(line) => visit.edit(line)}
        />
      </DropZone>
      {session.prompt && (
        <GrantQuestion
          key={session.prompt.until}
          visit={visit}
          session={session}
          prompt={session.prompt}
        />
      )}
      {!session.prompt && (session.app_offered || wantsApp) && (
        <AppWay key={session.app_offered} visit={visit} session={session} />
      )}
      {!session.prompt && <ShareButton visit={visit} session={session} />}
      <RepNotice session={session} />
      {session.warned_until > 0 && <InactivityWarning visit={visit} until={session.warned_until} />}
      <Composer key={`${transcript.id} ${edits}`} visit={visit} transcript={transcript} />
    </>
  );
}
