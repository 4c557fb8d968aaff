import { language, t } from "@deskside/browser/catalogue";
import { heatOf } from "@deskside/browser/recording_index";
import type { RecordingIndex } from "@deskside/browser/recording_index";
import type { RecordingPlayer } from "@deskside/browser/recording_player";
import { stopwatch } from "@deskside/browser/times";
import { useMemo, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import type { Stretch } from "./recording_stretches.ts";
import type { Moment } from "./recording_moments.ts";
import { useStore } from "./use_store.ts";

const BUCKETS = 400;

/** What a key does to a time line, in ms. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -5_000,
  ArrowRight: 5_000,
  ArrowDown: -5_000,
  ArrowUp: 5_000,
  PageDown: -60_000,
  PageUp: 60_000,
  Home: -Infinity,
  End: Infinity,
};

interface TimelineProps {
  readonly player: RecordingPlayer;
  readonly index: RecordingIndex;
  readonly moments: readonly Moment[];
  /** Where officers wrote something, in ms. */
  readonly comments: readonly number[];
  readonly stretches: readonly Stretch[];
}

/** The whole recording in one line: how much went on when, what stands out, and where one is. */
export function RecordingTimeline({ player, index, moments, comments, stretches }: TimelineProps) {
  const { at, length, idle } = useStore(player.state);
  const [hover, setHover] = useState<number | null>(null);
  const strip = useRef<HTMLDivElement>(null);

  const timeAt = ({ clientX }: PointerEvent): number => {
    const box = strip.current?.getBoundingClientRect();
    if (!box?.width) return 0;
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * length;
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    void player.seek(timeAt(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    setHover(timeAt(event));
    if (event.buttons & 1) void player.seek(timeAt(event));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = Object.hasOwn(STEPS, event.key) ? STEPS[event.key] : undefined;
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const now = player.state.get().at;
    void player.seek(step === Infinity ? length : step === -Infinity ? 0 : now + step);
  };
  const share = (time: number) => `${(100 * time) / Math.max(1, length)}%`;

  return (
    <div
      className="reel-line"
      ref={strip}
      role="slider"
      tabIndex={0}
      aria-label={t("Time line")}
      aria-valuemin={0}
      aria-valuemax={Math.floor(length / 1000)}
      aria-valuenow={Math.floor(at / 1000)}
      aria-valuetext={t("{time} of {length}", { time: spoken(at), length: spoken(length) })}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setHover(null)}
      onKeyDown={onKeyDown}
    >
      {stretches
        .filter(({ kind }) => kind !== "shared")
        .map(({ kind, from, to }) => (
          <span
            className={`reel-stretch reel-stretch-${kind}`}
            key={from}
            style={{ insetInlineStart: share(from), width: share(to - from) }}
          />
        ))}
      <Heat index={index} />
      {idle.map(({ from, to }) => (
        <span
          className="reel-idle"
          key={from}
          style={{ insetInlineStart: share(from), width: share(to - from) }}
        />
      ))}
      <Marks moments={moments} comments={comments} length={length} />
      <span className="reel-played" style={{ width: share(at) }} />
      <span className="reel-head" style={{ insetInlineStart: share(at) }} />
      {hover !== null && (
        <span className="reel-hover" style={{ insetInlineStart: share(hover) }}>
          {stopwatch(hover)}
        </span>
      )}
    </div>
  );
}

function Heat({ index }: { index: RecordingIndex }) {
  const path = useMemo(() => heatPath(heatOf(index, BUCKETS)), [index]);
  return (
    <svg
      className="reel-heat"
      viewBox={`0 0 ${BUCKETS} 100`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

interface MarksProps {
  readonly moments: readonly Moment[];
  readonly comments: readonly number[];
  readonly length: number;
}

function Marks({ moments, comments, length }: MarksProps) {
  // Hundreds of them: drawn again only when there are others.
  return useMemo(() => {
    const place = (at: number) => `${(100 * Math.min(at, length)) / Math.max(1, length)}%`;
    return (
      <>
        {moments
          .filter(({ kind }) => kind !== "other")
          .map(({ at, kind, entry }) => (
            <span
              className={`reel-mark reel-mark-${kind}`}
              key={entry.fact.place}
              style={{ insetInlineStart: place(at) }}
            />
          ))}
        {comments.map((at) => (
          <span
            className="reel-mark reel-mark-comment"
            key={`comment ${at}`}
            style={{ insetInlineStart: place(at) }}
          />
        ))}
      </>
    );
  }, [moments, comments, length]);
}

/** Return the outline of a strip that is as high as it is hot, standing on its ground. */
function heatPath(heat: readonly number[]): string {
  const points = heat.map((value, at) => `${at} ${(100 - value * 92).toFixed(1)}`);
  return `M0 100L${points.map((point, at) => `${point}L${at + 1} ${point.split(" ")[1]}`).join("L")}L${heat.length} 100Z`;
}

/** Return a time as it is said: "3 minutes, 5 seconds". */
export function spoken(ms: number): string {
  const all = Math.floor(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(all / 3600), "hour"],
    [Math.floor(all / 60) % 60, "minute"],
    [all % 60, "second"],
  ];
  const said = parts
    .filter(([count, unit]) => count || (unit === "second" && all < 60))
    .map(([count, unit]) =>
      new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(count),
    );
  return new Intl.ListFormat(language(), { type: "unit", style: "narrow" }).format(said);
}
