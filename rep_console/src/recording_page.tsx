import { plural, t } from "@deskside/browser/catalogue";
import { dayAndTime } from "@deskside/browser/times";
import { Button, Loader } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { customerOf } from "./customer.ts";
import type { Setting } from "./happenings.ts";
import { Icon } from "./icons.tsx";
import type { Preferences } from "./preferences.ts";
import { placeLink } from "./recording_address.ts";
import type { RecordingPlace } from "./recording_address.ts";
import { RecordingControls } from "./recording_controls.tsx";
import { usePlayerKeys } from "./recording_keys.ts";
import { momentsOf } from "./recording_moments.ts";
import { stretchesOf } from "./recording_stretches.ts";
import { RecordingSide } from "./recording_side.tsx";
import { RecordingTheatre } from "./recording_theatre.tsx";
import { RecordingTimeline } from "./recording_timeline.tsx";
import type { RecordingPeople } from "./recordings.ts";
import { hrefOf } from "./route.ts";
import { useFullScreen } from "./use_full_screen.ts";
import { useRecording } from "./use_recording.ts";
import type { Reel } from "./use_recording.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface PageProps {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  readonly people: RecordingPeople;
  readonly place: RecordingPlace;
}

/** One recording, opened. */
export function RecordingPage(props: PageProps) {
  const { place } = props;
  const { reel, fault, again } = useRecording(place.id, place.seconds ?? 0);
  if (fault) {
    return (
      <div className="reel-nothing">
        <p role="alert">
          {fault === "unknown_recording"
            ? t("There is no such recording.")
            : t("The recording could not be opened.")}
        </p>
        <span className="reel-nothing-ways">
          <Button onClick={again}>{t("Try again")}</Button>
          <Button component="a" variant="default" href={hrefOf("recordings")}>
            {t("All recordings")}
          </Button>
        </span>
      </div>
    );
  }
  if (!reel) {
    return (
      <div className="reel-nothing">
        <Loader aria-label={t("One moment…")} />
      </div>
    );
  }
  return <OpenedPage {...props} reel={reel} />;
}

interface OpenedProps extends PageProps {
  readonly reel: Reel;
}

function OpenedPage({ workplace, preferences, people, place, reel }: OpenedProps) {
  const { player, index, view, recorded } = reel;
  const theatre = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const [comments, setComments] = useState<readonly number[]>([]);
  const setting = useSetting(workplace, people, reel);
  const moments = useMemo(
    () => momentsOf(view.entries, index.began, setting),
    [view.entries, index.began, setting],
  );
  useSeconds(reel, place);
  const copyLink = () => {
    const link = placeLink(recorded.id, player.state.get().at);
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  const stretches = useMemo(() => {
    const facts = view.entries.map(({ fact }) => fact);
    return stretchesOf(facts, index.began, index.length);
  }, [view.entries, index.began, index.length]);
  const full = useFullScreen(theatre, false);
  const { singleKeys } = useStore(preferences.habits);
  usePlayerKeys({ player, fullScreen: full.toggle }, singleKeys);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_500);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <div className="reel">
      <RecordingHead workplace={workplace} people={people} reel={reel} name={setting.customer} />
      <section className="reel-theatre" ref={theatre} aria-label={t("Recording")}>
        <RecordingTheatre
          player={player}
          why={reel.why}
          stretches={stretches}
          nameOf={setting.workplace.nameOf}
          began={reel.index.began}
        />
        {!reel.why && (
          <div className="reel-deck">
            <RecordingTimeline
              player={player}
              index={index}
              moments={moments}
              comments={comments}
              stretches={stretches}
            />
            <RecordingControls player={player} full={full} copyLink={copyLink} />
          </div>
        )}
        <p className="reel-copied" role="status">
          {copied && t("The link is copied.")}
        </p>
      </section>
      <RecordingSide
        workplace={workplace}
        reel={reel}
        moments={moments}
        setting={setting}
        onComments={setComments}
      />
    </div>
  );
}

interface HeadProps {
  readonly workplace: Workplace;
  readonly people: RecordingPeople;
  readonly reel: Reel;
  readonly name: string;
}

function RecordingHead({ workplace, people, reel, name }: HeadProps) {
  const { recorded, index } = reel;
  const rep = people.reps.find(({ id }) => id === recorded.rep)?.name ?? "";
  const about = [
    dayAndTime(index.began),
    rep && t("with {name}", { name: rep }),
    workplace.teamName(recorded.team),
    workplace.issueName(recorded.issue),
  ];
  return (
    <header className="reel-head-line">
      <a className="reel-back" href={hrefOf("recordings")} aria-label={t("All recordings")}>
        <Icon name="back" />
      </a>
      <h2 className="reel-title">{name}</h2>
      <p className="reel-about">{about.filter(Boolean).join(" · ")}</p>
      <p className="reel-chips">
        {index.running && <span className="reel-chip reel-chip-live">{t("Going on now")}</span>}
        {recorded.answer === "refused" && (
          <span className="reel-chip reel-chip-warn">{t("Recording refused")}</span>
        )}
        {recorded.answer === "withdrawn" && (
          <span className="reel-chip reel-chip-warn">{t("Permission withdrawn")}</span>
        )}
        {recorded.had_control && <span className="reel-chip">{t("Had control")}</span>}
        {recorded.had_files && <span className="reel-chip">{t("Had files")}</span>}
        {recorded.held && <span className="reel-chip reel-chip-held">{t("On legal hold")}</span>}
      </p>
    </header>
  );
}

/** What the words of facts need to know; names come from the session and from who works here. */
function useSetting(workplace: Workplace, people: RecordingPeople, { view }: Reel): Setting {
  const customer = customerOf(view).name || t("Without a name");
  const { session } = view;
  return useMemo(
    () => ({
      customer,
      session,
      workplace: {
        nameOf: (party: string) =>
          people.reps.find(({ id }) => id === party)?.name ?? workplace.nameOf(party),
        teamName: (id: string) => workplace.teamName(id),
        issueName: (id: string) => workplace.issueName(id),
      },
    }),
    [customer, session, people, workplace],
  );
}

/** Turn to another second when the address names another while the recording is open. */
function useSeconds({ player }: Reel, { seconds }: RecordingPlace): void {
  const shown = useRef(seconds);
  useEffect(() => {
    if (seconds === shown.current) return;
    shown.current = seconds;
    if (seconds !== null) void player.seek(seconds * 1000);
  }, [player, seconds]);
}

/** How long something took, in the words of a list. */
export function lengthText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return t("under a minute");
  if (minutes < 60) return plural(minutes, "{count} minute", "{count} minutes");
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return t("{hours} h {minutes} min", { hours, minutes: rest });
}
