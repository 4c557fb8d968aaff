import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { Transcript } from "@deskside/browser/transcript";
import { Avatar } from "./avatar.tsx";
import { EndChat } from "./end_chat.tsx";
import { Menu } from "./menu.tsx";
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
    </header>
  );
}

function Partner({ organisation, transcript }: { organisation: string; transcript: Transcript }) {
  const { session } = useStore(transcript.view);
  const rep = session.names[session.owner];
  if (session.state !== "talking" || !rep) {
    return <Named name={organisation} detail={stateText(session)} />;
  }
  const away = session.owner in session.gone;
  return (
    <Named
      name={rep}
      detail={away ? t("Reconnecting…") : organisation}
      presence={away ? "away" : "here"}
    />
  );
}

/** The way out, while there is something to end. */
function Leaving({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const { state } = useStore(transcript.view).session;
  return state === "waiting" || state === "talking" ? <EndChat visit={visit} /> : null;
}

function Named(props: { name: string; detail: string; presence?: "here" | "away" }) {
  return (
    <>
      <Avatar name={props.name} presence={props.presence} />
      <div class="header-names">
        <h1 class="header-name">{props.name}</h1>
        <p class="header-detail">{props.detail}</p>
      </div>
    </>
  );
}

function stateText({ state }: Session): string {
  if (state === "waiting") return t("Waiting for a colleague");
  return state === "ended" ? t("Chat ended") : t("Support");
}
