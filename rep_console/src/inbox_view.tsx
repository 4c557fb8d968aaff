import { plural, t } from "@deskside/browser/catalogue";
import type { InboxMessage } from "@deskside/browser/messages_left";
import { timeOfDay } from "@deskside/browser/times";
import { Badge, Button, Loader, SegmentedControl } from "@mantine/core";
import { useEffect } from "react";
import { callText } from "./call_text.ts";
import { Icon } from "./icons.tsx";
import { openCount } from "./inbox.ts";
import { InboxMessagePane } from "./inbox_message.tsx";
import { hrefOf } from "./route.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

/** How many messages wait for an answer, beside the view's name. */
export function InboxCount({ workplace }: { workplace: Workplace }) {
  const count = openCount(useStore(workplace.inbox.state));
  if (!count) return null;
  const label = plural(count, "{count} open message", "{count} open messages");
  return (
    <Badge className="inbox-count" size="sm" circle={count < 10} aria-label={label}>
      {count > 99 ? "99+" : count}
    </Badge>
  );
}

/** What customers left when nobody was there: the list, and the message that is read. */
export function InboxView({ workplace, rest }: ViewProps) {
  const { inbox } = workplace;
  const { messages, shelf } = useStore(inbox.state);
  useEffect(() => inbox.watch(), [inbox]);
  const read = messages?.find(({ id }) => id === rest);
  return (
    <div className="inbox">
      <section className="inbox-list" aria-label={t("Messages")}>
        <SegmentedControl
          fullWidth
          aria-label={t("Which messages")}
          value={shelf}
          onChange={(value) => inbox.show(value)}
          data={[
            { value: "open", label: t("Open") },
            { value: "done", label: t("Done") },
          ]}
        />
        <List workplace={workplace} read={read?.id} />
      </section>
      {read ? (
        <InboxMessagePane key={read.id} workplace={workplace} message={read} />
      ) : (
        <div className="inbox-nothing">
          <Icon name="inbox" />
          <p>{messages?.length ? t("Choose a message to read it.") : ""}</p>
        </div>
      )}
    </div>
  );
}

function List({ workplace, read }: { workplace: Workplace; read: string | undefined }) {
  const { inbox } = workplace;
  const { messages, shelf, fault } = useStore(inbox.state);
  const now = useNow(workplace.link);
  if (fault) {
    return (
      <div className="inbox-fault" role="alert">
        <p>{callText(fault)}</p>
        <Button variant="default" size="xs" onClick={() => void inbox.fetch()}>
          {t("Try again")}
        </Button>
      </div>
    );
  }
  if (!messages)
    return <Loader className="inbox-loading" size="sm" aria-label={t("One moment…")} />;
  if (!messages.length) {
    return (
      <p className="panel-empty">
        {shelf === "open"
          ? t("Nothing to answer. What customers leave while nobody is there comes in here.")
          : t("Nothing is done yet.")}
      </p>
    );
  }
  return (
    <ul className="inbox-rows">
      {messages.map((message) => (
        <li key={message.id}>
          <a
            className="inbox-row"
            href={hrefOf("inbox", message.id)}
            aria-current={message.id === read}
          >
            <span className="inbox-who">{message.name || message.email}</span>
            <time className="inbox-time">{timeOfDay(message.at, now)}</time>
            <span className="inbox-about">{message.text}</span>
            <Standing workplace={workplace} message={message} />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Who looks after it, and whether a mail has failed. */
function Standing({ workplace, message }: { workplace: Workplace; message: InboxMessage }) {
  const mine = message.taken_by === workplace.account.party;
  const failed = message.answers.some(({ mail }) => mail === "failed");
  return (
    <span className="inbox-standing">
      <span>{workplace.issueName(message.issue)}</span>
      {failed && <span className="inbox-failed">{t("A mail could not be delivered")}</span>}
      {message.taken_by && (
        <span>
          {mine ? t("You look after it") : t("{name} looks after it", { name: message.taken_name })}
        </span>
      )}
    </span>
  );
}
