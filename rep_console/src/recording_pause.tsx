/** Pausing a recording, such as while card data is told: the dialog, and the banner as long as it lasts. */
import { plural, t } from "@deskside/browser/catalogue";
import { pauseOf } from "@deskside/browser/pauses";
import { stopwatch } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import { Button, Chip, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** From here on the lead of the team is called. */
export const LONG_PAUSE_MS = 120_000;

interface BannerProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** Says that nothing is recorded now, by whose wish, why and for how long. */
export function PauseBanner({ workplace, transcript }: BannerProps) {
  const view = useStore(transcript.view);
  const { open } = useStore(workplace.link.state);
  const now = useNow(workplace.link);
  const pause = pauseOf(view);
  if (!pause) return null;
  const { session } = view;
  const since = now - pause.since;
  const name = session.names[pause.by] ?? workplace.nameOf(pause.by);
  return (
    <section className="pause" aria-label={t("Recording is paused")}>
      <Icon name="pause" />
      <div className="pause-words">
        <p className="pause-title" role="status">
          {pause.why
            ? t("Recording is paused by {name}: {why}", { name, why: pause.why })
            : t("Recording is paused by {name}.", { name })}
        </p>
        <p className="pause-about">
          {pause.viewed
            ? t("Nothing is recorded. The screen is still shown to you.")
            : t("Nothing is recorded, and the screen is not shown to you.")}
          {since >= LONG_PAUSE_MS && ` ${t("Your lead is told, because it takes long.")}`}
        </p>
      </div>
      <span
        className={since >= LONG_PAUSE_MS ? "pause-time pause-time-long" : "pause-time"}
        role="timer"
        aria-label={t("Paused for")}
      >
        {stopwatch(since)}
      </span>
      {session.owner === workplace.account.party && (
        <Button
          size="compact-sm"
          disabled={!open}
          onClick={() => void workplace.ask({ type: "resume_recording", session: session.id })}
        >
          {t("Resume recording")}
        </Button>
      )}
    </section>
  );
}

const CUTS = [0, 5, 10];

interface DialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: string;
}

/** Asks why nothing is to be recorded, and how much of what was is to be taken out. */
export function PauseDialog(props: DialogProps) {
  return (
    <Dialog opened={props.opened} close={props.close} title={t("Pause the recording")}>
      {props.opened && <PauseForm {...props} />}
    </Dialog>
  );
}

function PauseForm({ close, workplace, session }: DialogProps) {
  const [why, setWhy] = useState("");
  const [cut, setCut] = useState(0);
  const usual = [t("Card data"), t("Password"), t("Personal data")];

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const asked = { why: why.trim(), cut_seconds: cut };
    void workplace.ask({ type: "pause_recording", session, ...asked });
    close();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>
          {t("The customer is told who paused it and why. The reason is part of the recording.")}
        </Text>
        <TextInput
          label={t("Reason")}
          maxLength={200}
          required
          data-autofocus
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        <Group gap="xs">
          {usual.map((each) => (
            <Chip key={each} size="sm" checked={why === each} onChange={() => setWhy(each)}>
              {each}
            </Chip>
          ))}
        </Group>
        <NativeSelect
          label={t("Take out of what was recorded")}
          value={String(cut)}
          data={CUTS.map((seconds) => ({
            value: String(seconds),
            label: seconds
              ? plural(seconds, "the last {count} second", "the last {count} seconds")
              : t("nothing"),
          }))}
          onChange={(event) => setCut(Number(event.currentTarget.value))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("Cancel")}
          </Button>
          <Button type="submit" disabled={!why.trim()}>
            {t("Pause recording")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** For leads: whose recording has been paused for too long. */
export function LongPauses({ workplace }: { workplace: Workplace }) {
  const { talks } = useStore(workplace.boards.state);
  const now = useNow(workplace.link);
  const long = Object.values(talks)
    .flat()
    .filter(({ unrecorded_since: since }) => since > 0 && now - since >= LONG_PAUSE_MS);
  return (
    <div className="banner" role="alert">
      {long.map(({ session, name, owner, unrecorded_since: since }) => (
        <p key={session}>
          {t("{rep} has paused the recording of {name} for {time}.", {
            rep: workplace.nameOf(owner),
            name: name || t("Without a name"),
            time: stopwatch(Math.floor((now - since) / 60_000) * 60_000),
          })}{" "}
          <a href="#/board">{t("Board")}</a>
        </p>
      ))}
    </div>
  );
}
