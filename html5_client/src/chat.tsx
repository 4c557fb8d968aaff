import type { Transcript } from "@deskside/browser/transcript";
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
import { ShareButton, SharingBanner } from "./sharing_banner.tsx";
import { useSounds } from "./sounds.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** Waiting and talking: the same conversation, whoever is on the other side. */
export function Chat({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const { session, entries } = useStore(transcript.view);
  const { position, site, edits } = useStore(visit.state);
  useNudges(visit, transcript);
  useNotifications(visit, transcript);
  useSounds(visit, transcript);
  return (
    <>
      <SharingBanner visit={visit} transcript={transcript} />
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
      <Conversation
        link={visit.link}
        transcript={transcript}
        organisation={site.organisation}
        edit={(line) => visit.edit(line)}
      />
      {session.prompt && (
        <GrantQuestion
          key={session.prompt.until}
          visit={visit}
          session={session}
          prompt={session.prompt}
        />
      )}
      {!session.prompt && <ShareButton visit={visit} session={session} />}
      <RepNotice session={session} />
      {session.warned_until > 0 && <InactivityWarning visit={visit} until={session.warned_until} />}
      <Composer key={`${transcript.id} ${edits}`} visit={visit} transcript={transcript} />
    </>
  );
}
