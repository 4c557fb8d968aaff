import { t } from "@deskside/browser/catalogue";
import type { SpecialAction } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { lastAction } from "./computer.ts";
import type { ActionFact } from "./computer.ts";
import { answeredText, reportedText } from "./happenings.ts";
import { actionText } from "./screen_words.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

const PLAIN: readonly SpecialAction[] = ["lock", "log_off", "task_manager"];

interface ActionsProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** What can be done on the customer's computer beside steering it, and what came of it. */
export function SpecialActions({ workplace, transcript }: ActionsProps) {
  const { open } = useStore(workplace.link.state);
  const { session, entries } = useStore(transcript.view);
  const now = useNow(workplace.link);
  const me = workplace.account.party;
  const isAllowed = session.grants.some(
    ({ tool, rep }) => tool === "special_actions" && rep === me,
  );
  const { action } = session;
  const isAsked = action !== null && !action.allowed;
  const last = lastAction(entries);
  const ask = (wanted: SpecialAction, url = "") =>
    void workplace.ask({ type: "request_action", session: session.id, action: wanted, url });
  const disabled = !open || isAsked;
  return (
    <>
      {isAllowed && (
        <div className="computer-actions">
          {PLAIN.map((each) => (
            <Button
              key={each}
              variant="default"
              size="sm"
              disabled={disabled}
              onClick={() => ask(each)}
            >
              {actionText(each)}
            </Button>
          ))}
          <PageForm disabled={disabled} ask={(url) => ask("open_page", url)} />
        </div>
      )}
      <p className="computer-line" role="status">
        {isAsked && (
          <>
            {t("The customer is being asked: {action}", { action: actionText(action.action) })}{" "}
            <span aria-hidden="true">{stopwatch(action.until - now)}</span>
          </>
        )}
        {!isAsked && last && outcomeText(last, session.customer)}
      </p>
    </>
  );
}

interface PageProps {
  readonly disabled: boolean;
  readonly ask: (url: string) => void;
}

function PageForm({ disabled, ask }: PageProps) {
  const [url, setUrl] = useState("");
  const address = url.trim();
  const isAddress = /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : "");

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!isAddress || disabled) return;
    // As a browser writes it: without blanks, which no address on the link may have.
    ask(new URL(address).href);
    setUrl("");
  }

  return (
    <form className="computer-page" onSubmit={submit}>
      <TextInput
        aria-label={t("Web address")}
        placeholder="https://"
        inputMode="url"
        size="sm"
        value={url}
        error={url.length > 8 && !isAddress && t("An address begins with https://")}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" size="sm" disabled={disabled || !isAddress}>
        {actionText("open_page")}
      </Button>
    </form>
  );
}

/** Return what came of the last action. */
function outcomeText(fact: ActionFact, customer: string): string {
  if (fact.type === "action_requested") return "";
  if (fact.type === "action_answered") return answeredText(fact, customer);
  return reportedText(fact);
}
