import { t } from "@deskside/browser/catalogue";
import type { RefusalCode, Session } from "@deskside/browser/contract";
import { refusalText } from "@deskside/browser/refusals";
import { stopwatch } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import { Moment } from "./loading.tsx";
import { useArrival } from "./use_arrival.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

const CODE_LENGTH = 6;
const EMAIL_LENGTH = 254;
const EMAIL = /^[^@\s]+@[^@\s]+$/;

interface StepProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
}

/** A code was mailed: type it, have it sent again, or mend the address. */
export function IdentityCheck({ visit, transcript }: StepProps) {
  const { session } = useStore(transcript.view);
  const [changing, setChanging] = useState(false);
  if (session.codes_sent === 0) return <Moment />;
  return changing ? (
    <OtherAddress visit={visit} transcript={transcript} done={() => setChanging(false)} />
  ) : (
    <TypeCode visit={visit} transcript={transcript} change={() => setChanging(true)} />
  );
}

function TypeCode({ visit, transcript, change }: StepProps & { change: () => void }) {
  const { session } = useStore(transcript.view);
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<RefusalCode | "">("");
  const heading = useArrival<HTMLHeadingElement>();
  const now = useNow(visit.link);

  async function confirm(typed: string): Promise<void> {
    if (busy || typed.length < CODE_LENGTH) return;
    setBusy(true);
    setRefusal("");
    const answer = await visit.ask({ type: "confirm_code", code: typed });
    setBusy(false);
    setCode("");
    if (answer.type === "refused") setRefusal(answer.code);
  }

  function type(text: string): void {
    const digits = text.replace(/\D/g, "").slice(0, CODE_LENGTH);
    setCode(digits);
    // Pasted or filled in by the phone: nobody needs to press anything.
    void confirm(digits);
  }

  return (
    <form
      class="screen form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void confirm(code);
      }}
    >
      <div>
        <h2 class="title" tabIndex={-1} ref={heading}>
          {t("Please check your mail")}
        </h2>
        <p class="lead code-address">
          {t("We sent a code to {address}.", { address: addressOf(transcript) })}
        </p>
      </div>
      <Field label={t("Code")} error={refusal ? refusalText(refusal) : wrongText(session)}>
        {(about) => (
          <input
            {...about}
            class="input code-input"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={CODE_LENGTH + 4}
            placeholder="000000"
            value={code}
            readOnly={busy}
            onInput={(event) => type(event.currentTarget.value)}
          />
        )}
      </Field>
      <p class="hint">
        {t("The code works for {time} more.", { time: stopwatch(session.code_until - now) })}
      </p>
      <button class="button button-main" disabled={busy || code.length < CODE_LENGTH}>
        {t("Go on")}
      </button>
      <div class="row code-ways">
        <Again visit={visit} transcript={transcript} onRefused={setRefusal} />
        <button class="button button-quiet" type="button" onClick={change}>
          {t("Change the address")}
        </button>
        <button
          class="button button-quiet"
          type="button"
          onClick={() => void visit.ask({ type: "end" })}
        >
          {t("Leave")}
        </button>
      </div>
    </form>
  );
}

/** Sends the code again, once it may. */
function Again({
  visit,
  transcript,
  onRefused,
}: StepProps & { onRefused: (code: RefusalCode) => void }) {
  const { session } = useStore(transcript.view);
  const left = secondsUntilAgain(session, useNow(visit.link));
  const email = addressOf(transcript);
  async function send(): Promise<void> {
    const answer = await visit.ask({ type: "send_code", email });
    if (answer.type === "refused") onRefused(answer.code);
  }
  return (
    <button
      class="button button-quiet"
      type="button"
      disabled={left > 0}
      onClick={() => void send()}
    >
      {left > 0 ? t("Send again in {seconds} s", { seconds: left }) : t("Send again")}
    </button>
  );
}

function OtherAddress({ visit, transcript, done }: StepProps & { done: () => void }) {
  const { session } = useStore(transcript.view);
  const [email, setEmail] = useState(() => addressOf(transcript));
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const heading = useArrival<HTMLHeadingElement>();
  const left = secondsUntilAgain(session, useNow(visit.link));

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!EMAIL.test(email)) {
      setError(t("Please check the e-mail address."));
      return;
    }
    setBusy(true);
    const answer = await visit.ask({ type: "send_code", email });
    setBusy(false);
    if (answer.type === "answered") done();
    else setError(refusalText(answer.code));
  }

  return (
    <form class="screen form" noValidate onSubmit={(event) => void send(event)}>
      <div>
        <h2 class="title" tabIndex={-1} ref={heading}>
          {t("Where shall we send the code?")}
        </h2>
        <p class="lead">{t("The earlier code will then stop working.")}</p>
      </div>
      <Field label={t("E-mail")} error={error}>
        {(about) => (
          <input
            {...about}
            type="email"
            autocomplete="email"
            maxLength={EMAIL_LENGTH}
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value.trim())}
          />
        )}
      </Field>
      <div class="row">
        <button class="button" type="button" onClick={done}>
          {t("Back")}
        </button>
        <button class="button button-main" disabled={busy || left > 0}>
          {left > 0 ? t("Send code in {seconds} s", { seconds: left }) : t("Send code")}
        </button>
      </div>
    </form>
  );
}

function addressOf(transcript: Transcript): string {
  const sent = transcript.view.get().entries.findLast(({ fact }) => fact.type === "code_sent");
  return sent?.fact.type === "code_sent" ? sent.fact.email : "";
}

function secondsUntilAgain({ code_sent_at, rules }: Session, now: number): number {
  const left = Math.ceil((code_sent_at + rules.resend_seconds * 1_000 - now) / 1_000);
  // The two clocks differ by a little, and nobody is told to wait longer than they must.
  return Math.min(Math.max(0, left), rules.resend_seconds);
}

function wrongText({ wrong_codes, rules }: Session): string {
  if (!wrong_codes) return "";
  const left = rules.code_tries - wrong_codes;
  return left === 1
    ? t("This code is wrong. You can try once more.")
    : t("This code is wrong. You can try {count} more times.", { count: left });
}
