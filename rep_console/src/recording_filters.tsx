import { t } from "@deskside/browser/catalogue";
import { NativeSelect, TextInput } from "@mantine/core";
import { endingText } from "./happenings.ts";
import { Icon } from "./icons.tsx";
import { ANY_RECORDING } from "./recordings.ts";
import type { RecordingPeople, RecordingsWanted } from "./recordings.ts";
import type { Workplace } from "./workplace.ts";

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

const ENDINGS = [
  "customer_ended",
  "rep_ended",
  "inactive",
  "customer_lost",
  "rep_lost",
  "abandoned",
  "recording_refused",
] as const;

interface FiltersProps {
  readonly workplace: Workplace;
  readonly people: RecordingPeople;
  readonly wanted: RecordingsWanted;
  readonly change: (wanted: RecordingsWanted) => void;
}

/** Words on top, then what else is known of a recording. */
export function RecordingFilters({ workplace, people, wanted, change }: FiltersProps) {
  const set = (part: Partial<RecordingsWanted>) => change({ ...wanted, ...part });
  const toggle = (name: "control" | "files" | "screen" | "held", label: string) => (
    <button
      type="button"
      className="finder-toggle"
      aria-pressed={wanted[name]}
      onClick={() => set({ [name]: !wanted[name] })}
    >
      {label}
    </button>
  );
  return (
    <form className="finder-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <TextInput
        size="md"
        aria-label={t("Search")}
        placeholder={t("Search names and words…")}
        leftSection={<Icon name="search" />}
        autoFocus
        maxLength={200}
        value={wanted.q}
        onChange={(event) => set({ q: event.currentTarget.value })}
      />
      <div className="finder-row">
        <Time now={() => workplace.link.now()} set={set} />
        <Choose
          label={t("Rep")}
          any={t("All reps")}
          value={wanted.rep}
          choices={people.reps.map(({ id, name }) => [id, name])}
          set={(rep) => set({ rep })}
        />
        <Choose
          label={t("Team")}
          any={t("All teams")}
          value={wanted.team}
          choices={people.teams.map(({ id, name }) => [id, name])}
          set={(team) => set({ team })}
        />
        <Choose
          label={t("Issue")}
          any={t("All issues")}
          value={wanted.issue}
          choices={workplace.issues.map(({ id, name }) => [id, name])}
          set={(issue) => set({ issue })}
        />
        <Length wanted={wanted} set={set} />
        <Choose
          label={t("Ending")}
          any={t("Any ending")}
          value={wanted.ending}
          choices={ENDINGS.map((ending) => [ending, endingText(ending)])}
          set={(ending) => set({ ending })}
        />
        <Choose
          label={t("Consent")}
          any={t("Any consent")}
          value={wanted.answer}
          choices={[
            ["allowed", t("Recording allowed")],
            ["withdrawn", t("Permission withdrawn")],
            ["refused", t("Recording refused")],
          ]}
          set={(answer) => set({ answer })}
        />
      </div>
      <div className="finder-toggles">
        {toggle("screen", t("Had a screen"))}
        {toggle("control", t("Had control"))}
        {toggle("files", t("Had files"))}
        {toggle("held", t("On legal hold"))}
        {wanted !== ANY_RECORDING && (
          <button type="button" className="finder-clear" onClick={() => change(ANY_RECORDING)}>
            {t("Clear all filters")}
          </button>
        )}
      </div>
    </form>
  );
}

interface ChooseProps {
  readonly label: string;
  readonly any: string;
  readonly value: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly set: (value: string) => void;
}

function Choose({ label, any, value, choices, set }: ChooseProps) {
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value}
      data={[
        { value: "", label: any },
        ...choices.map(([id, name]) => ({ value: id, label: name })),
      ]}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

interface SetProps {
  readonly set: (part: Partial<RecordingsWanted>) => void;
}

function Time({ now, set }: SetProps & { readonly now: () => number }) {
  return (
    <NativeSelect
      size="xs"
      aria-label={t("Time")}
      data={[
        { value: "", label: t("Any time") },
        { value: "1", label: t("Last day") },
        { value: "7", label: t("Last 7 days") },
        { value: "30", label: t("Last 30 days") },
        { value: "90", label: t("Last 90 days") },
      ]}
      onChange={(event) => {
        const days = Number(event.currentTarget.value);
        set({ since: days ? now() - days * DAY_MS : 0 });
      }}
    />
  );
}

/** From and up to how many minutes. */
const LENGTHS: readonly (readonly [number, number])[] = [
  [0, 5],
  [5, 20],
  [20, 60],
  [60, 0],
];

function Length({ wanted, set }: SetProps & { readonly wanted: RecordingsWanted }) {
  const at = LENGTHS.findIndex(
    ([from, to]) =>
      (from || to) && wanted.shortest === from * MINUTE_MS && wanted.longest === to * MINUTE_MS,
  );
  return (
    <Choose
      label={t("Length")}
      any={t("Any length")}
      value={at < 0 ? "" : String(at)}
      choices={LENGTHS.map(([from, to], index) => [
        String(index),
        to ? t("{from} to {to} minutes", { from, to }) : t("Longer than {from} minutes", { from }),
      ])}
      set={(value) => {
        const [from, to] = (value ? LENGTHS[Number(value)] : null) ?? [0, 0];
        set({ shortest: from * MINUTE_MS, longest: to * MINUTE_MS });
      }}
    />
  );
}
