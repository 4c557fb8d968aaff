import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { useId, useState } from "preact/hooks";
import type { Visit } from "./visit.ts";

const RATINGS = [1, 2, 3, 4, 5];
const LONGEST_REMARK = 4_000;

/** Asks once how it was. The answer is kept until the broker has it, like everything else. */
export function ExitSurvey({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const draft = `${transcript.id}.survey`;
  const [rating, setRating] = useState(0);
  const [text, setText] = useState(() => visit.drafts.read(draft));
  const [sent, setSent] = useState(false);
  const title = useId();

  function answer(submitted: boolean): void {
    setSent(true);
    const asked = submitted
      ? ({ type: "submit_survey", rating, text: text.trim() } as const)
      : ({ type: "skip_survey" } as const);
    void visit.ask(asked, () => visit.drafts.write(draft, "")).then(() => setSent(false));
  }

  return (
    <div class="survey" role="dialog" aria-label={t("Exit survey")}>
      <fieldset class="rating">
        <legend id={title}>{t("How satisfied are you with our help?")}</legend>
        {RATINGS.map((value) => (
          <label key={value} class="rating-choice">
            <input
              type="radio"
              name={title}
              checked={rating === value}
              onChange={() => setRating(value)}
            />
            <span>{value}</span>
          </label>
        ))}
        <p class="rating-ends" aria-hidden="true">
          <span>{t("Not at all")}</span>
          <span>{t("Very")}</span>
        </p>
      </fieldset>
      <textarea
        class="input"
        aria-label={t("Anything you would like to add?")}
        placeholder={t("Anything you would like to add?")}
        rows={2}
        maxLength={LONGEST_REMARK}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          visit.drafts.write(draft, event.currentTarget.value);
        }}
      />
      <div class="row">
        <button class="button" disabled={sent} onClick={() => answer(false)}>
          {t("Skip")}
        </button>
        <button
          class="button button-main"
          disabled={sent || (!rating && !text.trim())}
          onClick={() => answer(true)}
        >
          {t("Submit")}
        </button>
      </div>
    </div>
  );
}
