import { ApiError } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { mailTranscript } from "@deskside/browser/messages_left";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "./field.tsx";
import { useArrival } from "./use_arrival.ts";
import type { Visit } from "./visit.ts";

const EMAIL_LENGTH = 254;

interface MailTranscriptProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
}

/** Asks where the transcript is to be mailed, knowing what the customer gave before. */
export function MailTranscript({ visit, transcript }: MailTranscriptProps) {
  const [email, setEmail] = useState(() => givenAddress(visit, transcript));
  const [step, setStep] = useState<"closed" | "asking" | "sending" | "sent">("closed");
  const [error, setError] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const asking = step === "asking";
  // What was pressed has made room for it, or what is in it was wrong.
  useEffect(() => {
    if (asking) field.current?.focus();
  }, [asking]);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    setStep("sending");
    setError("");
    try {
      await mailTranscript(transcript.id, email, visit.token);
      setStep("sent");
    } catch (fault) {
      setError(faultText(fault));
      setStep("asking");
    }
  }

  if (step === "closed") {
    return (
      <button class="button" onClick={() => setStep("asking")}>
        {t("Mail transcript")}
      </button>
    );
  }
  if (step === "sent") return <OnItsWay email={email} />;
  return (
    <form class="mail-transcript" noValidate onSubmit={(event) => void send(event)}>
      <Field label={t("Mail the transcript to")} error={error}>
        {(about) => (
          <input
            {...about}
            ref={field}
            type="email"
            autocomplete="email"
            maxLength={EMAIL_LENGTH}
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value.trim())}
          />
        )}
      </Field>
      <button class="button" disabled={step === "sending" || !email}>
        {t("Send transcript")}
      </button>
    </form>
  );
}

function OnItsWay({ email }: { email: string }) {
  const text = useArrival<HTMLParagraphElement>();
  return (
    <p class="hint" role="status" tabIndex={-1} ref={text}>
      {t("The transcript is on its way to {email}.", { email })}
    </p>
  );
}

/** The address that a code went to, else the one of the start. */
function givenAddress(visit: Visit, transcript: Transcript): string {
  const { entries } = transcript.view.get();
  const given = entries.map(({ fact }) =>
    fact.type === "opened" || fact.type === "code_sent" ? fact.email : "",
  );
  return given.findLast((each) => each) ?? visit.drafts.read("email");
}

function faultText(fault: unknown): string {
  const code = fault instanceof ApiError ? fault.code : "";
  if (code === "bad_address" || code === "malformed") return t("Please check the e-mail address.");
  if (code === "rate_limited") {
    return t("The transcript was mailed several times already. Please try again in an hour.");
  }
  return t("That did not work. Please try again.");
}
