import { ApiError } from "@deskside/browser/api";
import { language, t } from "@deskside/browser/catalogue";
import { eraseMessages, leaveMessage } from "@deskside/browser/messages_left";
import { uuid7 } from "@deskside/browser/uuid7";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import { useArrival } from "./use_arrival.ts";
import type { Visit } from "./visit.ts";

/** The protocol's longest text (`protocol/fields.py`). */
const TEXT_LENGTH = 4000;

export interface About {
  readonly issue: string;
  readonly name: string;
  readonly email: string;
}

interface OfflineFormProps {
  readonly visit: Visit;
  readonly text: string;
  readonly write: (text: string) => void;
  readonly error: string;
}

/** Nobody is there: the message itself, below what the start form asks for anyway. */
export function MessageField({ text, write, error }: Omit<OfflineFormProps, "visit">) {
  return (
    <Field label={t("Message")} error={error}>
      {(about) => (
        <textarea
          {...about}
          rows={5}
          maxLength={TEXT_LENGTH}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/**
 * Leave the message, under an id that is kept until it is acknowledged: a lost answer and a second
 * try make no second message. Return why not, or nothing.
 */
export async function leave(visit: Visit, about: About, text: string): Promise<string> {
  const id = visit.drafts.read("message.id") || uuid7();
  visit.drafts.write("message.id", id);
  try {
    await leaveMessage({ id, ...about, text, language: language() }, visit.token);
  } catch (fault) {
    return faultText(fault);
  }
  visit.drafts.write("message.id", "");
  visit.drafts.write("message", "");
  return "";
}

function faultText(fault: unknown): string {
  const code = fault instanceof ApiError ? fault.code : "";
  if (code === "bad_address") return t("Mail cannot be sent to this address. Please check it.");
  if (code === "rate_limited") {
    return t("You have left several messages already. Please try again in an hour.");
  }
  return t("Your message could not be stored. It stays here; please try again.");
}

interface LeftProps {
  readonly visit: Visit;
  readonly email: string;
  readonly again: () => void;
}

/** The message is stored: says so, and lets it be taken back. */
export function MessageLeft({ visit, email, again }: LeftProps) {
  const [erased, setErased] = useState(false);
  const [failed, setFailed] = useState(false);
  const heading = useArrival<HTMLHeadingElement>();
  async function erase(): Promise<void> {
    try {
      await eraseMessages(visit.token);
      setErased(true);
    } catch {
      setFailed(true);
    }
  }
  return (
    <section class="screen form message-left">
      <svg class="message-left-mark" viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="22" />
        <path d="M14 24.500 21 31.500 34 17.500" />
      </svg>
      <h2 class="title" tabIndex={-1} ref={heading}>
        {erased ? t("Your message was deleted.") : t("We have your message.")}
      </h2>
      {!erased && <p class="lead">{t("We will answer to {email}.", { email })}</p>}
      {failed && (
        <p class="error" role="alert">
          {t("That did not work. Please try again.")}
        </p>
      )}
      <div class="row">
        {!erased && (
          <button class="button" onClick={() => void erase()}>
            {t("Delete my message")}
          </button>
        )}
        <button class="button" onClick={again}>
          {t("Back")}
        </button>
      </div>
    </section>
  );
}
