import { CallQuestion } from "./call_question.tsx";
import { Chat } from "./chat.tsx";
import { AgreementQuestion, RecordingQuestion } from "./consent.tsx";
import { CodeForm } from "./code_form.tsx";
import { Ended } from "./ended.tsx";
import { Header } from "./header.tsx";
import { IdentityCheck } from "./identity_check.tsx";
import { LinkNotice } from "./link_notice.tsx";
import { Moment } from "./loading.tsx";
import { StartForm } from "./start_form.tsx";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";
import type { Transcript } from "@deskside/browser/transcript";

/** The whole page: which screen is on follows from the session's state alone. */
export function Page({ visit }: { visit: Visit }) {
  const { site, transcript, code } = useStore(visit.state);
  // Another language: everything is drawn again.
  useStore(visit.preferences.state);
  return (
    <main class="card">
      <Header organisation={site.organisation} visit={visit} />
      <LinkNotice link={visit.link} />
      {transcript ? (
        <Session visit={visit} transcript={transcript} />
      ) : code ? (
        <CodeForm visit={visit} />
      ) : (
        <StartForm visit={visit} />
      )}
    </main>
  );
}

function Session({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const { session } = useStore(transcript.view);
  switch (session.state) {
    case "new":
      return <Moment />;
    case "calling":
      return <CallQuestion visit={visit} transcript={transcript} />;
    case "identity":
      return <IdentityCheck visit={visit} transcript={transcript} />;
    case "agreement":
      return <AgreementQuestion visit={visit} session={session} />;
    case "recording":
      return <RecordingQuestion visit={visit} session={session} />;
    case "waiting":
    case "talking":
      return <Chat visit={visit} transcript={transcript} />;
    case "ended":
      return <Ended visit={visit} transcript={transcript} />;
  }
}
