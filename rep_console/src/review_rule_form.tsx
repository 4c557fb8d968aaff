import { language, plural, t } from "@deskside/browser/catalogue";
import { Button, Checkbox, Group, NativeSelect, Slider } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { callText } from "./call_text.ts";
import { Icon } from "./icons.tsx";
import { RULE_ICONS, ruleText } from "./review_rule_text.ts";
import { previewRule, RULE_KINDS } from "./reviews.ts";
import type { Preview, RuleKind, WantedRule } from "./reviews.ts";
import type { Workplace } from "./workplace.ts";

/** Long enough not to ask at every step of the slider. */
const PAUSE_MS = 200;

interface FormProps {
  readonly workplace: Workplace;
  readonly first: WantedRule;
  readonly save: (rule: WantedRule) => Promise<void>;
  readonly close: () => void;
}

/** What a rule is to bring, and how much that would have been lately. */
export function RuleForm({ workplace, first, save, close }: FormProps) {
  const [rule, setRule] = useState<WantedRule>({
    kind: first.kind,
    percent: first.percent,
    team: first.team,
    second: first.second,
  });
  const [saving, setSaving] = useState(false);
  const share = useId();
  const set = (part: Partial<WantedRule>) => setRule({ ...rule, ...part });
  return (
    <form
      className="rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        setSaving(true);
        void save(rule).finally(() => setSaving(false));
      }}
    >
      <fieldset className="rule-kinds">
        <legend>{t("What it brings")}</legend>
        {RULE_KINDS.map((kind) => (
          <label className="rule-kind" key={kind}>
            <input
              type="radio"
              name="kind"
              checked={rule.kind === kind}
              onChange={() => set({ kind, percent: kind === "share" ? 10 : 100 })}
            />
            <Icon name={RULE_ICONS[kind]} />
            <span>{kindText(kind)}</span>
          </label>
        ))}
      </fieldset>
      {rule.kind === "share" && (
        <div className="rule-share">
          <span id={share}>{t("Share")}</span>
          <Slider
            thumbProps={{ "aria-labelledby": share }}
            label={null}
            min={1}
            max={100}
            value={rule.percent}
            onChange={(percent) => set({ percent })}
          />
          <output>{percentText(rule.percent)}</output>
        </div>
      )}
      <NativeSelect
        label={t("Team")}
        value={rule.team}
        data={[
          { value: "", label: t("All teams") },
          ...workplace.teams.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => set({ team: event.currentTarget.value })}
      />
      <Checkbox
        label={t("Two officers have to look")}
        checked={rule.second}
        onChange={(event) => set({ second: event.currentTarget.checked })}
      />
      <RulePreview rule={rule} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={saving}>
          {t("Save")}
        </Button>
      </Group>
    </form>
  );
}

/** How much a rule would have brought, so that nobody is flooded by one they make. */
function RulePreview({ rule }: { rule: WantedRule }) {
  const [shown, setShown] = useState<{ rule: WantedRule; preview: Preview } | null>(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      previewRule(rule).then(
        (preview) => {
          if (!isWanted) return;
          setShown({ rule, preview });
          setFault("");
        },
        (error: unknown) => isWanted && setFault(callText(error)),
      );
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [rule]);
  const { days, ended, taken } = shown?.preview ?? { days: 30, ended: 0, taken: 0 };
  const week = Math.round((taken * 7) / days);
  return (
    <section className="rule-preview" aria-label={t("Preview")} aria-busy={shown?.rule !== rule}>
      <p className="rule-preview-what">{ruleText(rule)}</p>
      {fault ? (
        <p role="alert">{fault}</p>
      ) : (
        shown && (
          <>
            <div className="rule-preview-bar" aria-hidden="true">
              <span style={{ width: `${ended ? (100 * taken) / ended : 0}%` }} />
            </div>
            <p role="status">
              {plural(
                taken,
                "In the last {days} days it would have brought {count} of {all} sessions.",
                "In the last {days} days it would have brought {count} of {all} sessions.",
                { days, all: ended },
              )}{" "}
              {taken > 0 &&
                (week < 1
                  ? t("That is less than one a week.")
                  : plural(week, "That is about {count} a week.", "That is about {count} a week."))}
            </p>
          </>
        )
      )}
    </section>
  );
}

function kindText(kind: RuleKind): string {
  return KIND_TEXTS[kind]();
}

const KIND_TEXTS: Readonly<Record<RuleKind, () => string>> = {
  share: () => t("Random sample"),
  files: () => t("Had files"),
  control: () => t("Had control"),
  refused: () => t("Recording refused"),
};

function percentText(percent: number): string {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(percent / 100);
}
