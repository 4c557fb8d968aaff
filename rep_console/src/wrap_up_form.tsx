import { t } from "@deskside/browser/catalogue";
import type { Outcome } from "@deskside/browser/contract";
import { Button, Chip, Group, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { SubmitEvent } from "react";
import { isText } from "./keys.ts";
import { isOutcome, OUTCOMES, outcomeText } from "./outcomes.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** The protocol's longest remark (`protocol/fields.py`). */
const LONGEST = 4_000;

interface WrapUpProps {
  readonly workplace: Workplace;
  readonly session: string;
  /** Called when it is kept, or the rep has nothing to say. */
  readonly done: () => void;
  /** What the button is called that keeps nothing. */
  readonly skip: string;
}

/** What came of a session, for colleagues: an outcome, some words, both or neither. */
export function WrapUpForm({ workplace, session, done, skip }: WrapUpProps) {
  const { open } = useStore(workplace.link.state);
  const [text, setText] = useState(() => workplace.drafts.read(session));
  const [outcome, setOutcome] = useState<Outcome>("");
  const [isSaving, setSaving] = useState(false);

  const box = useRef<HTMLTextAreaElement>(null);

  // Whoever was writing when it ended goes on here, where only colleagues read it. Whoever writes
  // elsewhere is left there.
  useEffect(() => {
    const field = box.current;
    if (!field || isText(document.activeElement)) return;
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }, []);

  function type(next: string): void {
    setText(next);
    workplace.drafts.write(session, next);
  }

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setSaving(true);
    const answer = await workplace.ask({ type: "wrap_up", session, text: text.trim(), outcome });
    setSaving(false);
    if (answer.type !== "answered") return;
    workplace.drafts.write(session, "");
    done();
  }

  return (
    <form className="wrap-up" aria-label={t("Wrap-up")} onSubmit={(event) => void save(event)}>
      <p className="wrap-up-title">
        {t("What came of it?")} <span>{t("Only colleagues read this.")}</span>
      </p>
      <Chip.Group value={outcome} onChange={(value) => setOutcome(isOutcome(value) ? value : "")}>
        <Group gap="xs" role="radiogroup" aria-label={t("Outcome")}>
          {OUTCOMES.map((each) => (
            <Chip key={each} value={each} size="xs" variant="outline">
              {outcomeText(each)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Textarea
        ref={box}
        aria-label={t("Wrap-up note")}
        placeholder={t("What was it, what helped, what is left to do…")}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={LONGEST}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="compact-sm" onClick={done}>
          {skip}
        </Button>
        <Button
          type="submit"
          size="compact-sm"
          loading={isSaving}
          disabled={!open || !(text.trim() || outcome)}
        >
          {t("Save the note")}
        </Button>
      </Group>
    </form>
  );
}
