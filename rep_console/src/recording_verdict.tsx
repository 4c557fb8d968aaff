import { t } from "@deskside/browser/catalogue";
import { dayAndTime } from "@deskside/browser/times";
import { Button, Checkbox, SegmentedControl, Textarea } from "@mantine/core";
import { useState } from "react";
import type { ReactNode } from "react";
import { RecordingTrail } from "./recording_trail.tsx";
import { RecordingExports } from "./recording_exports.tsx";
import { judge, putHold, releaseHold, VERDICTS, verdictText, whyText } from "./reviews.ts";
import type { Hold, Judgement, Review, Verdict } from "./reviews.ts";
import type { BesideState } from "./use_beside.ts";

interface VerdictProps {
  readonly recording: string;
  readonly me: string;
  /** In ms. */
  readonly length: number;
  readonly state: BesideState;
}

/** What officers decided: verdicts, holds; and who has watched. */
export function RecordingVerdict({ recording, me, length, state }: VerdictProps) {
  const { beside, act } = state;
  if (!beside) return null;
  const { review, holds } = beside;
  const isMine = !review || ["", me].includes(review.reviewer);
  const mayJudge = review?.state === "second" ? review.reviewer !== me : isMine;
  return (
    <div className="reel-pane">
      <Part title={t("Verdict")}>
        {review && <ReviewWords review={review} />}
        {mayJudge ? (
          <VerdictForm
            key={review?.state}
            isSecond={review?.state === "second"}
            judge={(judgement) => act(judge(recording, judgement))}
          />
        ) : (
          review?.state === "second" && (
            <p className="reel-hint">{t("Another officer has to give the second verdict.")}</p>
          )
        )}
      </Part>
      <Part title={t("Legal hold")}>
        <Holds holds={holds} release={(id) => void act(releaseHold(id))} />
        <HoldForm hold={(why) => act(putHold(recording, why))} />
      </Part>
      <Part title={t("Export")}>
        <RecordingExports recording={recording} />
      </Part>
      <Part title={t("Who watched what")}>
        <RecordingTrail recording={recording} length={length} stamp={beside} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="reel-part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function ReviewWords({ review }: { review: Review }) {
  const { why, verdict, reviewer_name, note, second_verdict, second_name, second_note } = review;
  return (
    <>
      <p className="reel-hint">{whyText(why)}</p>
      <Given verdict={verdict} name={reviewer_name} note={note} />
      <Given verdict={second_verdict} name={second_name} note={second_note} />
    </>
  );
}

interface GivenProps {
  readonly verdict: Verdict | "";
  readonly name: string;
  readonly note: string;
}

function Given({ verdict, name, note }: GivenProps) {
  if (!verdict) return null;
  return (
    <p className={`reel-verdict reel-verdict-${verdict}`}>
      <b>{verdictText(verdict)}</b> · {name}
      {note && <span className="words">{note}</span>}
    </p>
  );
}

interface FormProps {
  readonly isSecond: boolean;
  readonly judge: (judgement: Judgement) => Promise<boolean>;
}

function VerdictForm({ isSecond, judge }: FormProps) {
  const [verdict, setVerdict] = useState<Verdict>("fine");
  const [note, setNote] = useState("");
  const [second, setSecond] = useState(false);
  return (
    <form
      className="reel-form"
      onSubmit={(event) => {
        event.preventDefault();
        void judge({ verdict, note, second }).then((done) => done && setNote(""));
      }}
    >
      <SegmentedControl
        fullWidth
        aria-label={t("Verdict")}
        value={verdict}
        onChange={setVerdict}
        data={VERDICTS.map((value) => ({ value, label: verdictText(value) }))}
      />
      <Textarea
        label={t("Note")}
        autosize
        maxLength={2000}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {!isSecond && (
        <Checkbox
          label={t("A second officer is to look at it")}
          checked={second}
          onChange={({ currentTarget }) => setSecond(currentTarget.checked)}
        />
      )}
      <Button type="submit" size="compact-sm">
        {isSecond ? t("Give the second verdict") : t("Give the verdict")}
      </Button>
    </form>
  );
}

function Holds({ holds, release }: { holds: readonly Hold[]; release: (id: string) => void }) {
  return (
    <ul className="reel-holds">
      {holds.map(({ id, name, why, at, released_at, released_name }) => (
        <li className={released_at ? "reel-hold reel-hold-over" : "reel-hold"} key={id}>
          <span>{why}</span>
          <span className="reel-hint">
            {released_at
              ? t("Released by {name}, {time}", {
                  name: released_name,
                  time: dayAndTime(released_at),
                })
              : `${name}, ${dayAndTime(at)}`}
          </span>
          {!released_at && (
            <Button size="compact-xs" variant="default" onClick={() => release(id)}>
              {t("Release")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function HoldForm({ hold }: { hold: (why: string) => Promise<boolean> }) {
  const [why, setWhy] = useState("");
  return (
    <form
      className="reel-form"
      onSubmit={(event) => {
        event.preventDefault();
        void hold(why.trim()).then((done) => done && setWhy(""));
      }}
    >
      <Textarea
        label={t("Reason")}
        description={t("Nothing deletes this recording until the hold is released.")}
        autosize
        maxLength={2000}
        value={why}
        onChange={({ currentTarget }) => setWhy(currentTarget.value)}
      />
      <Button type="submit" size="compact-sm" variant="default" disabled={!why.trim()}>
        {t("Put on hold")}
      </Button>
    </form>
  );
}
