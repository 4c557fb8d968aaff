import { t } from "@deskside/browser/catalogue";
import { dayAndTime, stopwatch } from "@deskside/browser/times";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Avatar } from "./avatar.tsx";
import { endingText } from "./happenings.ts";
import { Icon } from "./icons.tsx";
import { RecordingFilters } from "./recording_filters.tsx";
import { lengthText } from "./recording_page.tsx";
import { ANY_RECORDING } from "./recordings.ts";
import type { Recorded, RecordingPeople, RecordingsWanted } from "./recordings.ts";
import { hrefOf } from "./route.ts";
import { useRecordings } from "./use_recordings.ts";
import type { Workplace } from "./workplace.ts";

interface FinderProps {
  readonly workplace: Workplace;
  readonly people: RecordingPeople;
}

/** All recordings, and everything that narrows them down. */
export function RecordingFinder({ workplace, people }: FinderProps) {
  const [wanted, setWanted] = useState<RecordingsWanted>(ANY_RECORDING);
  const { recordings, next, state, again, more } = useRecordings(wanted);
  return (
    <div className="page finder">
      <RecordingFilters workplace={workplace} people={people} wanted={wanted} change={setWanted} />
      <section
        className="finder-results"
        aria-label={t("Found recordings")}
        aria-busy={state === "searching"}
      >
        {state === "failed" && (
          <div className="finder-nothing">
            <p role="alert">{t("The server cannot be reached. Please try again.")}</p>
            <Button onClick={() => void again()}>{t("Try again")}</Button>
          </div>
        )}
        {state === "searching" && recordings.length === 0 && <Ghosts />}
        {state === "found" && recordings.length === 0 && (
          <Nothing isAny={wanted === ANY_RECORDING} clear={() => setWanted(ANY_RECORDING)} />
        )}
        {state !== "failed" && recordings.length > 0 && (
          <ul className="finder-list">
            {recordings.map((recorded) => (
              <li key={recorded.id}>
                <Card workplace={workplace} people={people} recorded={recorded} words={wanted.q} />
              </li>
            ))}
          </ul>
        )}
        {next && (
          <Button className="finder-more" variant="default" onClick={() => void more()}>
            {t("Show more")}
          </Button>
        )}
      </section>
    </div>
  );
}

function Nothing({ isAny, clear }: { isAny: boolean; clear: () => void }) {
  return (
    <div className="finder-nothing">
      <Icon name="recordings" />
      <p>{isAny ? t("Nothing has been recorded yet.") : t("No recording fits.")}</p>
      {!isAny && (
        <Button variant="default" onClick={clear}>
          {t("Clear all filters")}
        </Button>
      )}
    </div>
  );
}

/** Where cards will be in a moment. */
function Ghosts() {
  return (
    <ul className="finder-list" aria-label={t("One moment…")}>
      {[0, 1, 2, 3, 4, 5].map((each) => (
        <li className="finder-ghost" key={each} />
      ))}
    </ul>
  );
}

interface CardProps extends FinderProps {
  readonly recorded: Recorded;
  readonly words: string;
}

function Card({ workplace, people, recorded, words }: CardProps) {
  const { began_at, ended_at, line, line_at } = recorded;
  const rep = people.reps.find(({ id }) => id === recorded.rep)?.name;
  const about = [
    rep && t("with {name}", { name: rep }),
    workplace.teamName(recorded.team),
    workplace.issueName(recorded.issue),
  ];
  const offset = Math.max(0, line_at - began_at);
  const place = line ? `${recorded.id}?t=${Math.floor(offset / 1000)}` : recorded.id;
  return (
    <a className="finder-card" href={`${hrefOf("recordings")}/${place}`}>
      <Avatar name={recorded.name} hue={190} />
      <span className="finder-words">
        <span className="finder-name">{recorded.name || t("Without a name")}</span>
        <span className="finder-about">{about.filter(Boolean).join(" · ")}</span>
        {line && (
          <span className="finder-hit">
            <span className="finder-hit-time">{stopwatch(Math.floor(offset / 1000) * 1000)}</span>
            <Marked text={line} words={words} />
          </span>
        )}
      </span>
      <span className="finder-side">
        <span className="finder-time">{dayAndTime(began_at)}</span>
        <span className="finder-length">
          {recorded.ending
            ? `${lengthText(ended_at - began_at)} · ${endingText(recorded.ending)}`
            : t("Going on now")}
        </span>
        <Flags recorded={recorded} />
      </span>
    </a>
  );
}

function Flags({ recorded }: { recorded: Recorded }) {
  const flags = [
    recorded.state === "open" && ["live", t("Live")],
    recorded.answer === "refused" && ["warn", t("Recording refused")],
    recorded.answer === "withdrawn" && ["warn", t("Permission withdrawn")],
    recorded.state === "destroyed" && ["warn", t("Key destroyed")],
    recorded.held && ["held", t("On legal hold")],
    recorded.had_control && ["", t("Had control")],
    recorded.had_files && ["", t("Had files")],
  ].filter((flag) => flag !== false);
  if (!flags.length) return null;
  return (
    <span className="finder-flags">
      {flags.map(([tone, words]) => (
        <span className={tone ? `reel-chip reel-chip-${tone}` : "reel-chip"} key={words}>
          {words}
        </span>
      ))}
    </span>
  );
}

/** A line with the words that were looked for standing out in it. */
export function Marked({ text, words }: { text: string; words: string }) {
  const wanted = words.match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (!wanted.length) return <span>{text}</span>;
  const pattern = new RegExp(
    `(${wanted.map((word) => `(?<![\\p{L}\\p{N}_])${word}`).join("|")})`,
    "giu",
  );
  return (
    <span>
      {text.split(pattern).map((piece, at) => (at % 2 ? <mark key={at}>{piece}</mark> : piece))}
    </span>
  );
}
