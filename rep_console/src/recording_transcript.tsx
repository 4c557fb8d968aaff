import { t } from "@deskside/browser/catalogue";
import { erasedText } from "@deskside/browser/erased";
import type { RecordingPlayer } from "@deskside/browser/recording_player";
import { stopwatch } from "@deskside/browser/times";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { RefObject } from "react";
import { happeningText } from "./happenings.ts";
import type { Setting } from "./happenings.ts";
import { momentAt } from "./recording_moments.ts";
import type { Moment } from "./recording_moments.ts";

interface TranscriptProps {
  readonly player: RecordingPlayer;
  readonly moments: readonly Moment[];
  readonly setting: Setting;
}

/** What was said and done, in step with the picture; each line leads to its second. */
export function RecordingTranscript({ player, moments, setting }: TranscriptProps) {
  const current = useSyncExternalStore(player.state.subscribe, () =>
    momentAt(moments, player.state.get().at),
  );
  const box = useRef<HTMLOListElement>(null);
  useFollowing(box, current);
  const lines = useMemo(
    () =>
      moments.map((moment) => (
        <TranscriptLine
          key={moment.entry.fact.place}
          moment={moment}
          setting={setting}
          seek={() => void player.seek(moment.at)}
        />
      )),
    [moments, setting, player],
  );
  if (!moments.length) return <p className="reel-empty">{t("Nothing was said or done.")}</p>;
  return (
    <ol className="reel-lines" ref={box} aria-label={t("Transcript")}>
      {lines.map((line, at) => (
        <li
          key={line.key}
          className={at > current ? "reel-line-later" : undefined}
          aria-current={at === current ? "true" : undefined}
        >
          {line}
        </li>
      ))}
    </ol>
  );
}

interface LineProps {
  readonly moment: Moment;
  readonly setting: Setting;
  readonly seek: () => void;
}

function TranscriptLine({ moment, setting, seek }: LineProps) {
  const { fact } = moment.entry;
  const { session, customer } = setting;
  const time = (
    <span className="reel-line-time">{stopwatch(Math.floor(moment.at / 1000) * 1000)}</span>
  );
  if (fact.type !== "said" && fact.type !== "noted") {
    return (
      <button className={`reel-fact reel-fact-${moment.kind}`} onClick={seek}>
        {time}
        <span>{happeningText(fact, setting)}</span>
      </button>
    );
  }
  const name = fact.by === session.customer ? customer : (session.names[fact.by] ?? "");
  const who = fact.type === "noted" ? `${t("Private note")} · ${name}` : name;
  return (
    <button className={`reel-said reel-said-${moment.kind}`} onClick={seek}>
      {time}
      <span className="reel-said-words">
        <span className="reel-said-by">{who}</span>
        {fact.erased ? (
          <i>{erasedText(fact, session)}</i>
        ) : (
          <span className="words">{fact.text}</span>
        )}
      </span>
    </button>
  );
}

/** Keep the current line in sight, unless somebody scrolls by hand. */
function useFollowing(box: RefObject<HTMLOListElement | null>, current: number): void {
  const touched = useRef(-Infinity);
  useEffect(() => {
    const list = box.current;
    if (!list) return undefined;
    const touch = () => (touched.current = performance.now());
    const kinds = ["wheel", "touchmove", "keydown"] as const;
    for (const kind of kinds) list.addEventListener(kind, touch, { passive: true });
    return () => {
      for (const kind of kinds) list.removeEventListener(kind, touch);
    };
  }, [box]);
  useEffect(() => {
    const list = box.current;
    const line = list?.children[current];
    if (!list || !(line instanceof HTMLElement)) return;
    if (performance.now() - touched.current < HANDS_OFF_MS) return;
    const top = line.offsetTop - list.clientHeight / 3;
    list.scrollTo({ top, behavior: Math.abs(top - list.scrollTop) > 2_000 ? "instant" : "smooth" });
  }, [box, current]);
}

/** So long after somebody scrolled, the list stays where they put it. */
const HANDS_OFF_MS = 5_000;
