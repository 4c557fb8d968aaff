import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { Transcript } from "@deskside/browser/transcript";
import { Avatar } from "./avatar.tsx";
import { EndChat } from "./end_chat.tsx";
import { Menu } from "./menu.tsx";
import { recordingText } from "./recording.tsx";
import { Minimise } from "./minimise.tsx";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** Whom one is talking to: the organisation, and the rep once there is one. */
export function Header({ organisation, visit }: { organisation: string; visit: Visit }) {
  const { transcript } = useStore(visit.state);
  return (
    <header class="header">
      {transcript ? (
        <>
          <Partner organisation={organisation} transcript={transcript} />
          <Leaving visit={visit} transcript={transcript} />
        </>
      ) : (
        <Named name={organisation} detail={t("Support")} />
      )}
      <Menu visit={visit} />
      <Minimise frame={visit.frame} />
    </header>
  );
}

function Partner({ organisation, transcript }: { organisation: string; transcript: Transcript }) {
  const { session } = useStore(transcript.view);
  const rep = session.names[session.owner];
  if (session.state !== "talking" || !rep) {
    return (
      <Named
        name={organisation}
        detail={stateText(session)}
        recording={session.state === "ended" ? "" : recordingText(session)}
      />
    );
  }
  const away = session.owner in session.gone;
  return (
    <Named
      name={rep}
      rep={session.owner}
      detail={away ? t("Reconnecting…") : organisation}
      recording={recordingText(session)}
      presence={away ? "away" : "here"}
    />
  );
}

/** The way out, while there is something to end. */
function Leaving({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const { state } = useStore(transcript.view).session;
  return state === "waiting" || state === "talking" ? <EndChat visit={visit} /> : null;
}

interface NamedProps {
  readonly name: string;
  readonly detail: string;
  readonly rep?: string;
  readonly presence?: "here" | "away";
  /** Whether this session is recorded, in words; empty where that was not asked. */
  readonly recording?: string;
}

function Named(props: NamedProps) {
  return (
    <>
      <Avatar name={props.name} rep={props.rep} presence={props.presence} />
      <div class="header-names">
        <h1 class="header-name">{props.name}</h1>
        <p class="header-detail">{props.detail}</p>
      </div>
      {props.recording && <p class="header-recording">{props.recording}</p>}
    </>
  );
}

function stateText({ state }: Session): string {
  if (state === "waiting") return t("Waiting for a colleague");
  return state === "ended" ? t("Chat ended") : t("Support");
}
