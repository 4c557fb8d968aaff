import { t } from "@deskside/browser/catalogue";
import type { InboxAnswer, InboxMessage } from "@deskside/browser/messages_left";
import { timeOfDay } from "@deskside/browser/times";
import { Alert, Button, Checkbox, Textarea } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import { Words } from "./words.tsx";
import type { Workplace } from "./workplace.ts";

const LONGEST_ANSWER = 4000;

interface PaneProps {
  readonly workplace: Workplace;
  readonly message: InboxMessage;
}

/** One message with its answers, and what can be done about it. */
export function InboxMessagePane({ workplace, message }: PaneProps) {
  const now = useNow(workplace.link);
  return (
    <article className="inbox-message" aria-label={t("Message")}>
      <MessageHeader workplace={workplace} message={message} />
      <div className="inbox-thread">
        <section className="inbox-letter">
          <p className="inbox-letter-head">
            <b>{message.name || message.email}</b>
            <time>{timeOfDay(message.at, now)}</time>
          </p>
          <Words text={message.text} />
        </section>
        {message.answers.map((answer) => (
          <Answered key={answer.id} answer={answer} now={now} />
        ))}
      </div>
      {message.email ? (
        <AnswerForm workplace={workplace} message={message} />
      ) : (
        <p className="panel-empty">{t("The customer left no address to answer to.")}</p>
      )}
    </article>
  );
}

function MessageHeader({ workplace, message }: PaneProps) {
  const [fault, setFault] = useState("");
  const mine = message.taken_by === workplace.account.party;
  const handle = (how: "take" | "done" | "reopen") => {
    setFault("");
    workplace.inbox.handle(message.id, how).catch((error: unknown) => setFault(callText(error)));
  };
  return (
    <header className="inbox-header">
      <div className="inbox-header-words">
        <h2>{message.name || message.email}</h2>
        <p>
          <a href={`mailto:${message.email}`}>{message.email}</a>
          {" · "}
          {workplace.issueName(message.issue)}
          {" · "}
          {workplace.teamName(message.team)}
        </p>
      </div>
      <div className="actions">
        {!mine && message.state === "open" && (
          <Button variant="default" onClick={() => handle("take")}>
            {t("I look after it")}
          </Button>
        )}
        {message.state === "open" ? (
          <Button variant="default" onClick={() => handle("done")}>
            {t("Mark as done")}
          </Button>
        ) : (
          <Button variant="default" onClick={() => handle("reopen")}>
            {t("Open again")}
          </Button>
        )}
      </div>
      {fault && (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
    </header>
  );
}

const DELIVERY: Readonly<Record<InboxAnswer["mail"], () => string>> = {
  waiting: () => t("On its way"),
  sent: () => t("Mailed"),
  failed: () => t("Could not be delivered"),
};

function Answered({ answer, now }: { answer: InboxAnswer; now: number }) {
  return (
    <section className="inbox-letter inbox-answer">
      <p className="inbox-letter-head">
        <b>{answer.name}</b>
        <span className={answer.mail === "failed" ? "inbox-failed" : undefined}>
          {DELIVERY[answer.mail]()}
        </span>
        <time>{timeOfDay(answer.at, now)}</time>
      </p>
      <Words text={answer.text} />
    </section>
  );
}

/** What is typed is kept until it is stored, also over a reload. */
function AnswerForm({ workplace, message }: PaneProps) {
  const { mails } = useStore(workplace.inbox.state);
  const draft = `inbox.${message.id}`;
  const [text, setText] = useState(() => workplace.drafts.read(draft));
  const [last, setLast] = useState(true);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");

  function write(next: string): void {
    workplace.drafts.write(draft, next);
    setText(next);
  }

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!text.trim()) return;
    setBusy(true);
    setFault("");
    try {
      workplace.drafts.write(draft, "");
      await workplace.inbox.answer(message.id, text.trim(), last);
      setText("");
    } catch (error) {
      workplace.drafts.write(draft, text);
      setFault(callText(error));
    }
    setBusy(false);
  }

  if (!mails) {
    return (
      <p className="panel-empty">
        {t("This server sends no mail. Answer with your own mail program.")}
      </p>
    );
  }
  return (
    <form className="inbox-form" onSubmit={(event) => void send(event)}>
      <Textarea
        label={t("Answer by mail")}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={LONGEST_ANSWER}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {fault && (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
      <div className="inbox-send">
        <Checkbox
          label={t("Mark as done afterwards")}
          checked={last}
          onChange={(event) => setLast(event.currentTarget.checked)}
        />
        <Button type="submit" loading={busy} disabled={!text.trim()}>
          {t("Send answer")}
        </Button>
      </div>
    </form>
  );
}
