import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { Pen } from "@deskside/browser/picture_pen";
import type { PictureState } from "@deskside/browser/picture_viewer";
import { Loader } from "@mantine/core";
import { useRef, useState } from "react";
import type { RefObject } from "react";
import type { Preferences } from "./preferences.ts";
import { CopiedText } from "./screen_copied.tsx";
import { ScreenPens } from "./screen_pens.tsx";
import { rightsOf } from "./screen_rights.ts";
import { ScreenDirect } from "./screen_direct.tsx";
import { ScreenStage } from "./screen_stage.tsx";
import { ScreenStatistics } from "./screen_statistics.tsx";
import { ScreenToolbar } from "./screen_toolbar.tsx";
import { blankText, troubleText } from "./screen_words.ts";
import { usePicture } from "./use_picture.ts";
import { useStore } from "./use_store.ts";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import type { Workplace } from "./workplace.ts";

interface PictureProps {
  readonly workplace: Workplace;
  readonly session: Session;
  readonly region: RefObject<HTMLElement | null>;
  readonly isOut: boolean;
  readonly preferences: Preferences;
}

/** A picture that is watched, with everything around it. */
export function ScreenPicture(props: PictureProps) {
  const viewer = usePicture(props.workplace, props.session.id, true);
  return viewer ? <Picture {...props} viewer={viewer} /> : <Moment />;
}

function Picture(props: PictureProps & { viewer: PictureViewer }) {
  const { workplace, preferences, session, region, isOut, viewer } = props;
  const state = useStore(viewer.state);
  useStore(workplace.screens.state);
  const [measures, setMeasures] = useState(false);
  const [pen, setPen] = useState<Pen | "">("");
  const wayOut = useRef<HTMLButtonElement>(null);
  const { control, clipboard, others } = rightsOf(session, workplace.account.party);
  const why = veilText(state, session.sharing_paused);
  return (
    <>
      <ScreenToolbar
        workplace={workplace}
        preferences={preferences}
        session={session}
        viewer={viewer}
        region={region}
        isOut={isOut}
        wayOut={wayOut}
        measures={measures}
        measure={setMeasures}
        draws={pen !== ""}
        draw={(on) => setPen(on ? "pointer" : "")}
      />
      {pen && <ScreenPens viewer={viewer} pen={pen} take={setPen} />}
      <div className="screen-frame">
        <ScreenStage
          viewer={viewer}
          scale={workplace.screens.scaleOf(session.id)}
          controlled={control !== undefined}
          mayPaste={clipboard !== undefined}
          pen={pen}
          wayOut={wayOut}
        />
        <div className="screen-veil" role="status" hidden={!why}>
          {why && <p>{why}</p>}
        </div>
        {measures && <ScreenStatistics viewer={viewer} />}
      </div>
      <ScreenDirect viewer={viewer} />
      {clipboard && <CopiedText viewer={viewer} />}
      {others.length > 0 && (
        <p className="screen-others">
          {t("Also sees the screen: {names}", {
            names: others.map((each) => workplace.nameOf(each)).join(", "),
          })}
        </p>
      )}
    </>
  );
}

function Moment() {
  return (
    <div className="screen-nothing">
      <Loader aria-label={t("One moment…")} />
    </div>
  );
}

/** Return why the picture is not to be trusted, or empty where it is. */
function veilText(state: PictureState, paused: boolean): string {
  if (paused) return blankText("paused");
  if (state.blank) return blankText(state.blank);
  if (state.hopeless) return t("This browser cannot decode the picture. Another browser may.");
  if (!state.open) {
    return state.shown || state.why
      ? t("The connection to the picture is lost and is being made again…")
      : t("The picture is being fetched…");
  }
  if (state.trouble) return troubleText(state.trouble);
  return state.shown ? "" : t("The picture is being fetched…");
}
