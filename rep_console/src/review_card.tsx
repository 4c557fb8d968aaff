import type { Choice } from "@deskside/browser/api";
import { plural, t } from "@deskside/browser/catalogue";
import { dayAndTime } from "@deskside/browser/times";
import { Button, NativeSelect } from "@mantine/core";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import { lengthText } from "./recording_page.tsx";
import type { Recorded, RecordingPeople } from "./recordings.ts";
import { assignReview, takeReview, verdictText, whyText } from "./reviews.ts";
import type { Listed, Review, Verdict } from "./reviews.ts";
import { go, hrefOf } from "./route.ts";
import type { InboxState } from "./use_inbox.ts";
import type { Workplace } from "./workplace.ts";

const DAY_MS = 24 * 3_600_000;

/** From so many days on it is said in a louder colour. */
const LONG_DAYS = 7;

interface CardProps {
  readonly workplace: Workplace;
  readonly people: RecordingPeople;
  readonly officers: readonly Choice[];
  readonly listed: Listed;
  readonly act: InboxState["act"];
}

/** A recording that somebody is to look at: why, since when, and who does. */
export function ReviewCard({ workplace, people, officers, listed, act }: CardProps) {
  const { review, recording } = listed;
  const name = recording.name || t("Without a name");
  const rep = people.reps.find(({ id }) => id === recording.rep)?.name;
  const about = [
    rep && t("with {name}", { name: rep }),
    workplace.teamName(recording.team),
    workplace.issueName(recording.issue),
    recording.ended_at > 0 && lengthText(recording.ended_at - recording.began_at),
  ];
  return (
    <article className="review-card" aria-label={name}>
      <a className="review-what" href={hrefOf("recordings", recording.id)}>
        <Avatar name={recording.name} hue={190} />
        <span className="review-words">
          <span className="review-name">{name}</span>
          <span className="review-about">
            {[dayAndTime(recording.began_at), ...about].filter(Boolean).join(" · ")}
          </span>
        </span>
      </a>
      <div className="review-why">
        <span className="review-reason">
          <Icon name={WHY_ICONS[review.why.replace("+", "")] ?? "eye"} />
          {whyText(review.why)}
        </span>
        <Flags recording={recording} />
      </div>
      {review.state === "done" ? (
        <Verdicts review={review} />
      ) : (
        <Course
          workplace={workplace}
          officers={officers}
          review={review}
          recording={recording}
          act={act}
        />
      )}
    </article>
  );
}

const WHY_ICONS: Readonly<Record<string, IconName>> = {
  share: "sample",
  files: "file",
  control: "pointer",
  refused: "lock",
  asked: "eye",
};

function Flags({ recording }: { recording: Recorded }) {
  return (
    <>
      {recording.held && <span className="reel-chip reel-chip-held">{t("On legal hold")}</span>}
      {recording.answer === "withdrawn" && (
        <span className="reel-chip reel-chip-warn">{t("Permission withdrawn")}</span>
      )}
      {recording.state === "destroyed" && (
        <span className="reel-chip reel-chip-warn">{t("Key destroyed")}</span>
      )}
    </>
  );
}

interface CourseProps {
  readonly workplace: Workplace;
  readonly officers: readonly Choice[];
  readonly review: Review;
  readonly recording: Recorded;
  readonly act: InboxState["act"];
}

/** How far it has come, and how it goes on. */
function Course({ workplace, officers, review, recording, act }: CourseProps) {
  const me = workplace.account.party;
  const isSecond = review.state === "second";
  const looks = isSecond ? review.second : review.reviewer;
  const days = Math.floor((workplace.link.now() - review.made_at) / DAY_MS);
  const name = recording.name || t("Without a name");
  const mayTake = (!looks || looks === me) && !(isSecond && review.reviewer === me);
  const lookAt = async () => {
    if (looks === me || (await act(takeReview(recording.id)))) go("recordings", recording.id);
  };
  return (
    <div className="review-course">
      <span className={days >= LONG_DAYS ? "review-since review-since-long" : "review-since"}>
        {days < 1
          ? t("came today")
          : plural(days, "waits for {count} day", "waits for {count} days")}
      </span>
      {isSecond && (
        <span className={`review-first reel-verdict-${review.verdict}`}>
          {t("{name}: {verdict}. A second verdict is wanted.", {
            name: review.reviewer_name,
            verdict: review.verdict && verdictText(review.verdict),
          })}
        </span>
      )}
      {review.why.endsWith("+") && !isSecond && (
        <span className="review-about">{t("two officers look")}</span>
      )}
      <span className="review-actions">
        <NativeSelect
          size="xs"
          aria-label={t("Who looks at it: {name}", { name })}
          value={looks}
          data={[
            { value: "", label: t("Nobody yet") },
            ...officers
              .filter(({ id }) => !isSecond || id !== review.reviewer)
              .map((officer) => ({ value: officer.id, label: officer.name })),
          ]}
          onChange={(event) => void act(assignReview(recording.id, event.currentTarget.value))}
        />
        <Button
          size="compact-md"
          {...(!mayTake && { variant: "default" })}
          disabled={!mayTake}
          aria-label={t("Look at it: {name}", { name })}
          onClick={() => void lookAt()}
        >
          {looks === me ? t("Go on") : t("Look at it")}
        </Button>
      </span>
    </div>
  );
}

function Verdicts({ review }: { review: Review }) {
  const given: readonly (readonly [Verdict | "", string, string])[] = [
    [review.verdict, review.reviewer_name, review.note],
    [review.second_verdict, review.second_name, review.second_note],
  ];
  return (
    <div className="review-verdicts">
      {given.map(
        ([verdict, name, note]) =>
          verdict && (
            <p className={`reel-verdict reel-verdict-${verdict}`} key={name}>
              <b>{verdictText(verdict)}</b> · {name}
              {note && <span className="words">{note}</span>}
            </p>
          ),
      )}
    </div>
  );
}
