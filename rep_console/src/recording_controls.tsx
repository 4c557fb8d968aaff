import { language, t } from "@deskside/browser/catalogue";
import { SPEEDS } from "@deskside/browser/recording_clock";
import type { Speed } from "@deskside/browser/recording_clock";
import type { RecordingPlayer } from "@deskside/browser/recording_player";
import { stopwatch } from "@deskside/browser/times";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import type { useFullScreen } from "./use_full_screen.ts";
import { useStore } from "./use_store.ts";

interface ControlsProps {
  readonly player: RecordingPlayer;
  readonly full: ReturnType<typeof useFullScreen>;
  readonly copyLink: () => void;
}

/** Everything that a video tool has below its picture. */
export function RecordingControls({ player, full, copyLink }: ControlsProps) {
  const { at, length, playing, skipsIdle, running } = useStore(player.state);
  const by = (ms: number) => () => void player.seek(player.state.get().at + ms);
  return (
    <div className="reel-controls" role="toolbar" aria-label={t("Player")}>
      <Tool label={t("Back 10 seconds")} icon="back_ten" run={by(-10_000)} />
      <Tool label={t("One change back")} icon="step_back" run={() => void player.step(-1)} />
      <Tool
        label={playing ? t("Pause") : t("Play")}
        icon={playing ? "pause" : "play"}
        run={() => player.toggle()}
        isMain
      />
      <Tool label={t("One change on")} icon="step_on" run={() => void player.step(1)} />
      <Tool label={t("On 10 seconds")} icon="on_ten" run={by(10_000)} />
      <p className="reel-time">
        <span className="reel-now">{stopwatch(Math.floor(at / 1000) * 1000)}</span>
        <span aria-hidden="true"> / </span>
        <span>{stopwatch(Math.floor(length / 1000) * 1000)}</span>
      </p>
      {running && (
        <button
          className={`reel-live${at >= length - 3_000 ? " reel-live-now" : ""}`}
          onClick={() => void player.seek(length).then(() => player.play())}
        >
          {t("Live")}
        </button>
      )}
      <span className="reel-tools">
        <button
          className="reel-tool reel-tool-words"
          aria-pressed={skipsIdle}
          onClick={() => player.skipIdle(!skipsIdle)}
        >
          <Icon name="skip" />
          <span className="reel-tool-label">{t("Skip rests")}</span>
        </button>
        <SpeedChoice player={player} />
        <Tool label={t("Copy a link to this second")} icon="link" run={copyLink} />
        <Tool label={t("Full screen")} icon="full" pressed={full.isFull} run={full.toggle} />
      </span>
    </div>
  );
}

function SpeedChoice({ player }: { player: RecordingPlayer }) {
  const { speed } = useStore(player.state);
  return (
    <select
      className="reel-tool reel-speed"
      aria-label={t("Speed")}
      title={t("Speed")}
      value={speed}
      onChange={({ currentTarget }) => {
        const chosen = SPEEDS.find((each) => each === Number(currentTarget.value));
        if (chosen) player.setSpeed(chosen);
        // So that the player's keys work again at once.
        currentTarget.blur();
      }}
    >
      {SPEEDS.map((each) => (
        <option key={each} value={each}>
          {speedText(each)}
        </option>
      ))}
    </select>
  );
}

export function speedText(speed: Speed): string {
  return `${new Intl.NumberFormat(language()).format(speed)}×`;
}

interface ToolProps {
  readonly label: string;
  readonly icon: IconName;
  readonly run: () => void;
  readonly pressed?: boolean;
  readonly isMain?: boolean;
}

function Tool({ label, icon, run, pressed, isMain = false }: ToolProps) {
  return (
    <button
      className={isMain ? "reel-tool reel-tool-main" : "reel-tool"}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={run}
    >
      <Icon name={icon} />
    </button>
  );
}
