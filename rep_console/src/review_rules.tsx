import { t } from "@deskside/browser/catalogue";
import { Button, Loader } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { callText } from "./call_text.ts";
import { Confirmation } from "./confirmation.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { RuleForm } from "./review_rule_form.tsx";
import { RULE_ICONS, ruleText } from "./review_rule_text.ts";
import { changeRule, endRule, getRules, makeRule } from "./reviews.ts";
import type { Rule, WantedRule } from "./reviews.ts";
import type { Workplace } from "./workplace.ts";

const FIRST: WantedRule = { kind: "share", percent: 10, team: "", second: false };

/** What brings recordings into the inbox by itself. */
export function ReviewRules({ workplace }: { workplace: Workplace }) {
  const [rules, setRules] = useState<readonly Rule[] | null>(null);
  const [fault, setFault] = useState("");
  /** What is being written: the rule with the id, or a new one. */
  const [edited, setEdited] = useState<{ id: string; rule: WantedRule } | null>(null);
  const [removed, setRemoved] = useState<Rule | null>(null);
  const look = useCallback(async () => {
    try {
      setRules(await getRules());
      setFault("");
    } catch (error) {
      setFault(callText(error));
    }
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void look(), 0);
    return () => clearTimeout(timer);
  }, [look]);
  const act = async (work: Promise<unknown>) => {
    try {
      await work;
      setEdited(null);
      await look();
    } catch (error) {
      setFault(callText(error));
      setEdited(null);
    }
  };
  return (
    <section className="reviews-list" aria-label={t("Sampling rules")}>
      <div className="rules-head">
        <p className="reviews-hint">
          {t(
            "Each rule looks at every session that ends from now on. One that fits several comes once.",
          )}
        </p>
        <Button
          leftSection={<Icon name="plus" />}
          onClick={() => setEdited({ id: "", rule: FIRST })}
        >
          {t("New rule")}
        </Button>
      </div>
      {fault && (
        <p className="reviews-fault" role="alert">
          {fault}
        </p>
      )}
      {!rules && !fault && <Loader aria-label={t("One moment…")} />}
      {rules?.length === 0 && (
        <div className="finder-nothing">
          <Icon name="sample" />
          <p>{t("There is no rule yet: nothing comes into the inbox by itself.")}</p>
        </div>
      )}
      <ul className="rules-cards">
        {rules?.map((rule) => (
          <li key={rule.id}>
            <RuleCard
              workplace={workplace}
              rule={rule}
              edit={() => setEdited({ id: rule.id, rule })}
              remove={() => setRemoved(rule)}
            />
          </li>
        ))}
      </ul>
      <Dialog
        opened={edited !== null}
        close={() => setEdited(null)}
        title={edited?.id ? t("Change the rule") : t("New rule")}
        size="lg"
      >
        {edited && (
          <RuleForm
            workplace={workplace}
            first={edited.rule}
            save={(rule) => act(edited.id ? changeRule(edited.id, rule) : makeRule(rule))}
            close={() => setEdited(null)}
          />
        )}
      </Dialog>
      <Confirmation
        opened={removed !== null}
        close={() => setRemoved(null)}
        title={t("Remove the rule?")}
        text={`${removed ? ruleText(removed) : ""} ${t("What it has brought stays in the inbox.")}`}
        action={t("Remove")}
        confirm={() => removed && void act(endRule(removed.id))}
        isGrave
      />
    </section>
  );
}

interface RuleCardProps {
  readonly workplace: Workplace;
  readonly rule: Rule;
  readonly edit: () => void;
  readonly remove: () => void;
}

function RuleCard({ workplace, rule, edit, remove }: RuleCardProps) {
  const text = ruleText(rule);
  const about = [
    rule.team ? workplace.teamName(rule.team) : t("All teams"),
    rule.second ? t("two officers look") : t("one officer looks"),
  ];
  return (
    <article className="rule-card" aria-label={text}>
      <span className="rule-sign">
        <Icon name={RULE_ICONS[rule.kind]} />
      </span>
      <span className="review-words">
        <span className="review-name">{text}</span>
        <span className="review-about">{about.join(" · ")}</span>
      </span>
      <span className="review-actions">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t("Change: {name}", { name: text })}
          onClick={edit}
        >
          {t("Change")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t("Remove: {name}", { name: text })}
          onClick={remove}
        >
          {t("Remove")}
        </Button>
      </span>
    </article>
  );
}
