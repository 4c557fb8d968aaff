import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import type { PictureViewer } from "@deskside/browser/picture_viewer";
import { Button, NativeSelect } from "@mantine/core";
import type { RefObject } from "react";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import type { Preferences } from "./preferences.ts";
import { ScreenRequests } from "./screen_asking.tsx";
import { ScreenGrants } from "./screen_grants.tsx";
import { rightsOf } from "./screen_rights.ts";
import { useFullScreen } from "./use_full_screen.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface ToolbarProps {
  readonly workplace: Workplace;
  readonly session: Session;
  readonly viewer: PictureViewer;
  readonly region: RefObject<HTMLElement | null>;
  readonly isOut: boolean;
  readonly preferences: Preferences;
  readonly wayOut: RefObject<HTMLButtonElement | null>;
  readonly measures: boolean;
  readonly measure: (shown: boolean) => void;
  readonly draws: boolean;
  readonly draw: (on: boolean) => void;
}

/** What can be done with the picture. */
export function ScreenToolbar(props: ToolbarProps) {
  const { workplace, preferences, session, viewer, region, isOut, wayOut } = props;
  const { measures, measure, draws, draw } = props;
  const { widePicture } = useStore(preferences.layout);
  const { screens } = workplace;
  const scale = screens.scaleOf(session.id);
  const { control } = rightsOf(session, workplace.account.party);
  const full = useFullScreen(region, control !== undefined);
  return (
    <div className="screen-bar" role="toolbar" aria-label={t("Screen")}>
      <ScreenRequests workplace={workplace} session={session} />
      <ScreenGrants workplace={workplace} session={session} />
      <span className="screen-bar-tools">
        <MonitorChoice viewer={viewer} />
        <Tool
          label={t("Fit")}
          pressed={scale === "fit"}
          button={wayOut}
          run={() => screens.scale(session.id, "fit")}
        />
        <Tool
          label={t("100 %")}
          pressed={scale === "whole"}
          run={() => screens.scale(session.id, "whole")}
        />
        <Tool icon="full" label={t("Full screen")} pressed={full.isFull} run={full.toggle} />
        {!isOut && (
          <Tool
            icon="panel"
            label={t("Hide the lists")}
            pressed={widePicture}
            run={() => preferences.layout.patch({ widePicture: !widePicture })}
          />
        )}
        {!isOut && (
          <Tool
            icon="pop_out"
            label={t("Window of its own")}
            run={() => screens.popOut(session.id)}
          />
        )}
        <Tool icon="pen" label={t("Draw")} pressed={draws} run={() => draw(!draws)} />
        <Tool
          icon="reports"
          label={t("Statistics")}
          pressed={measures}
          run={() => measure(!measures)}
        />
      </span>
    </div>
  );
}

/** Which of several monitors is shown. */
function MonitorChoice({ viewer }: { viewer: PictureViewer }) {
  const { names, chosen } = useStore(viewer.state);
  if (names.length < 2) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label={t("Monitor")}
      value={String(chosen)}
      onChange={(event) => viewer.choose(Number(event.currentTarget.value))}
      data={[
        { value: "0", label: t("All monitors") },
        ...names.map((name, index) => ({
          value: String(index + 1),
          label: name || t("Monitor {number}", { number: index + 1 }),
        })),
      ]}
    />
  );
}

interface ToolProps {
  /** Shown instead of the words. */
  readonly icon?: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly pressed?: boolean;
  readonly button?: RefObject<HTMLButtonElement | null>;
}

function Tool({ icon, label, run, pressed, button }: ToolProps) {
  return (
    <Button
      className="action screen-tool"
      ref={button}
      variant={pressed ? "light" : "subtle"}
      size="compact-sm"
      aria-pressed={pressed}
      title={icon && label}
      aria-label={icon && label}
      onClick={run}
    >
      {icon ? <Icon name={icon} /> : label}
    </Button>
  );
}
