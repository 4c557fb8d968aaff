import { plural, t } from "@deskside/browser/catalogue";
import type { PlayerFault, RecordingPlayer } from "@deskside/browser/recording_player";
import { dayAndTime, stopwatch } from "@deskside/browser/times";
import { Button, Loader } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import { nextShared, stretchAt } from "./recording_stretches.ts";
import type { Stretch } from "./recording_stretches.ts";
import { ScreenStage } from "./screen_stage.tsx";
import { blankText, troubleText } from "./screen_words.ts";
import { useStore } from "./use_store.ts";
import type { OpenedRecording } from "./recordings.ts";

interface TheatreProps {
  readonly player: RecordingPlayer;
  readonly why: OpenedRecording["why"];
  readonly stretches: readonly Stretch[];
  /** What a party is called. */
  readonly nameOf: (party: string) => string;
  /** When the customer answered, in ms. */
  readonly began: number;
}

/** The picture of a recording: the live viewer, with a film instead of a relay behind it. */
export function RecordingTheatre({ player, why, stretches, nameOf, began }: TheatreProps) {
  const { at, playing, seeking, waiting, fault } = useStore(player.state);
  const wayOut = useRef<HTMLElement>(null);
  const stretch = stretchAt(stretches, at);
  const isShown = !why && stretch?.kind === "shared";
  return (
    <div className="reel-stage" onClick={() => !why && player.toggle()}>
      <ScreenStage
        viewer={player.viewer}
        scale="fit"
        controlled={false}
        mayPaste={false}
        pen=""
        wayOut={wayOut}
      />
      <StillPicture player={player} />
      {isShown && !seeking && !fault && <PictureTrouble player={player} />}
      {!isShown && (
        <EmptyStage
          why={why}
          stretch={stretch}
          next={nextShared(stretches, at)}
          isBare={!stretches.some(({ kind }) => kind === "shared")}
          nameOf={nameOf}
          began={began}
          seek={(to) => void player.seek(to)}
        />
      )}
      {fault && <FaultCard player={player} fault={fault} />}
      {(waiting || seeking) && !fault && isShown && (
        <Loader className="reel-waiting" color="white" aria-label={t("One moment…")} />
      )}
      {!playing && !seeking && !fault && isShown && (
        <span className="reel-big" aria-hidden="true">
          <Icon name="play" />
        </span>
      )}
    </div>
  );
}

/** While another place is sought, what was seen last stays: nobody wants to see it being painted. */
function StillPicture({ player }: { player: RecordingPlayer }) {
  const box = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let wasSeeking = false;
    const look = () => {
      const { seeking } = player.state.get();
      const still = box.current;
      if (!still || seeking === wasSeeking) return;
      wasSeeking = seeking;
      if (seeking) keep(still, player.viewer.canvas);
      else still.hidden = true;
    };
    look();
    return player.state.subscribe(look);
  }, [player]);
  return <canvas className="reel-still" ref={box} aria-hidden="true" hidden />;
}

function keep(still: HTMLCanvasElement, shown: HTMLCanvasElement): void {
  const host = still.parentElement?.getBoundingClientRect();
  const box = shown.getBoundingClientRect();
  if (!host || !box.width || !shown.width) return;
  still.width = shown.width;
  still.height = shown.height;
  still.getContext("2d")?.drawImage(shown, 0, 0);
  still.style.left = `${box.left - host.left}px`;
  still.style.top = `${box.top - host.top}px`;
  still.style.width = `${box.width}px`;
  still.style.height = `${box.height}px`;
  still.hidden = false;
}

/** Something was shared, and yet there is nothing to see of it. */
function PictureTrouble({ player }: { player: RecordingPlayer }) {
  const { shown, blank, trouble, hopeless, open } = useStore(player.viewer.state);
  let text = "";
  if (!open) text = t("This part of the recording cannot be read.");
  else if (hopeless) text = t("This browser cannot decode the picture. Another browser may.");
  else if (trouble) text = troubleText(trouble);
  else if (blank && blank !== "stopped" && blank !== "paused") text = blankText(blank);
  else if (!shown) text = t("No picture of it had come yet.");
  return text ? <Veil icon="device" title={text} isClear={shown} /> : null;
}

interface EmptyProps {
  readonly why: OpenedRecording["why"];
  readonly stretch: Stretch | null;
  readonly next: Stretch | null;
  /** Whether nothing was ever shared. */
  readonly isBare: boolean;
  readonly nameOf: (party: string) => string;
  readonly began: number;
  readonly seek: (at: number) => void;
}

/** Says why there is no picture here, and leads to where there is one. */
function EmptyStage({ why, stretch, next, isBare, nameOf, began, seek }: EmptyProps) {
  const [icon, title, ...lines] =
    why === "refused" ? refusedWords(began) : emptyWords(why, stretch, isBare, nameOf);
  return (
    <Veil icon={icon} title={title}>
      {lines.filter(Boolean).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {next && !why && (
        <Button
          className="reel-veil-way"
          variant="default"
          size="compact-md"
          onClick={(event) => {
            event.stopPropagation();
            seek(next.from);
          }}
        >
          {t("Go on to {time}, where a screen is shared", { time: clock(next.from) })}
        </Button>
      )}
    </Veil>
  );
}

type EmptyWords = readonly [IconName, string, ...string[]];

function refusedWords(at: number): EmptyWords {
  return [
    "lock",
    t("The customer refused to be recorded. There is no picture."),
    t("Refused: {time}", { time: dayAndTime(at) }),
    t("Nothing of the screen was ever stored. The transcript is beside."),
  ];
}

function emptyWords(
  why: OpenedRecording["why"],
  stretch: Stretch | null,
  isBare: boolean,
  nameOf: (party: string) => string,
): EmptyWords {
  if (why === "destroyed") {
    return ["trash", t("The key was destroyed. This recording cannot be seen any more.")];
  }
  switch (stretch?.kind) {
    case "paused":
      return [
        "pause",
        t("Nothing was recorded here: the recording was paused."),
        ...pauseWords(stretch, nameOf),
      ];
    case "unstored":
      return [
        "warning",
        t("The picture was held back here, because it could not be stored."),
        t("The rep saw nothing of it either."),
      ];
    case "withdrawn":
      return ["lock", t("From here on the customer no longer allowed to be recorded.")];
    default:
      return isBare
        ? ["device", t("No screen was shared in this session."), t("The transcript is beside.")]
        : ["device", t("Nothing was shared here.")];
  }
}

function pauseWords(
  { by, why, cut, viewed, from, to }: Stretch,
  nameOf: (party: string) => string,
) {
  const name = nameOf(by);
  return [
    why ? t("{name}: {why}", { name, why }) : t("Paused by {name}.", { name }),
    `${clock(from)}–${clock(to)}`,
    cut > 0
      ? plural(
          cut,
          "The last {count} second before it was taken out.",
          "The last {count} seconds before it were taken out.",
        )
      : "",
    viewed ? t("The rep went on seeing the screen.") : t("The rep saw nothing of it either."),
  ];
}

/** A part that cannot be shown: which, why, and what can be done. */
function FaultCard({ player, fault }: { player: RecordingPlayer; fault: PlayerFault }) {
  const { code, segment, from, to, after } = fault;
  const again = () => void player.seek(player.state.get().at);
  return (
    <div
      className="reel-veil reel-failed"
      role="alert"
      onClick={(event) => event.stopPropagation()}
    >
      <Icon name="warning" />
      <p className="reel-veil-title">{faultText(code)}</p>
      {segment > 0 && (
        <p>
          {t("Segment {number}, {from} to {to}", {
            number: segment,
            from: clock(from),
            to: clock(to),
          })}
        </p>
      )}
      <span className="reel-nothing-ways">
        {code !== "recording_destroyed" && (
          <Button variant="default" size="compact-md" onClick={again}>
            {t("Try again")}
          </Button>
        )}
        {after !== null && code === "recording_broken" && (
          <Button size="compact-md" onClick={() => void player.seek(after)}>
            {t("Go on after it, at {time}", { time: clock(after) })}
          </Button>
        )}
      </span>
    </div>
  );
}

function faultText(code: string): string {
  switch (code) {
    case "recording_broken":
      return t("This part was changed since it was sealed. It is not shown.");
    case "recording_key":
      return t("The key that opens this recording is not on this server.");
    case "recording_key_service":
      return t("The key service does not answer. Press play to try again.");
    case "recording_destroyed":
      return t("The key was destroyed. This recording cannot be seen any more.");
    case "recording_store":
      return t("The store does not have this part, or does not answer.");
    default:
      return t("This part could not be fetched. Press play to try again.");
  }
}

interface VeilProps {
  readonly icon: IconName;
  readonly title: string;
  /** Whether there is a picture behind it that is still worth seeing. */
  readonly isClear?: boolean;
  readonly children?: ReactNode;
}

function Veil({ icon, title, isClear = false, children }: VeilProps) {
  return (
    <div className={isClear ? "reel-veil" : "reel-veil reel-veil-full"} role="status">
      <Icon name={icon} />
      <p className="reel-veil-title">{title}</p>
      {children}
    </div>
  );
}

function clock(ms: number): string {
  return stopwatch(Math.floor(ms / 1000) * 1000);
}
