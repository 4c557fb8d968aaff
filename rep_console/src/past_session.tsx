import { t } from "@deskside/browser/catalogue";
import type { View } from "@deskside/browser/transcript";
import { Button, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { CallButton } from "./call_button.tsx";
import { callText } from "./call_text.ts";
import { awaitsWrapUp } from "./concerns.ts";
import { Confirmation } from "./confirmation.tsx";
import { customerOf } from "./customer.ts";
import { deletePast, readPast } from "./history.ts";
import { Icon } from "./icons.tsx";
import { EntryLine } from "./lines.tsx";
import type { Workplace } from "./workplace.ts";
import { WrapUpForm } from "./wrap_up_form.tsx";

interface PastSessionProps {
  readonly workplace: Workplace;
  readonly session: string;
  readonly name: string;
  readonly onDeleted: () => void;
}

/** A session that is over, as it was. Who leads its team may delete its words after reading them. */
export function PastSession({ workplace, session, name, onDeleted }: PastSessionProps) {
  const [view, setView] = useState<View | null>(null);
  const [fault, setFault] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [isWrappingUp, setWrappingUp] = useState(false);
  const { role } = workplace.account;

  useEffect(() => {
    let isWanted = true;
    readPast(session).then(
      (found) => isWanted && setView(found),
      (error: unknown) => isWanted && setFault(callText(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [session]);

  async function remove(): Promise<void> {
    try {
      await deletePast(session);
      setView(await readPast(session));
      onDeleted();
    } catch (error) {
      setFault(callText(error));
    }
  }

  const email = view ? customerOf(view).email : "";
  const customer = (view ? customerOf(view).name : name) || t("Without a name");
  return (
    <section className="conversation" aria-label={t("Ended session")}>
      <header className="conversation-header">
        <div className="conversation-who">
          <h2>{customer}</h2>
          <p className="presence">{view ? workplace.issueName(view.session.issue) : ""}</p>
        </div>
        {view && !isWrappingUp && awaitsWrapUp(view, workplace.account.party) && (
          <Button
            className="action"
            variant="subtle"
            size="compact-sm"
            leftSection={<Icon name="note" />}
            onClick={() => setWrappingUp(true)}
          >
            {t("Add a wrap-up note")}
          </Button>
        )}
        {view && (role === "rep" || role === "lead") && (
          <CallButton
            workplace={workplace}
            called={{ customer: view.session.customer, name: customerOf(view).name, email }}
          />
        )}
        {view && (role === "lead" || role === "admin") && (
          <Button
            className="action action-grave"
            variant="subtle"
            size="compact-sm"
            leftSection={<Icon name="trash" />}
            onClick={() => setAsking(true)}
          >
            {t("Delete all words")}
          </Button>
        )}
      </header>
      {fault && (
        <p className="panel-empty" role="alert">
          {fault}
        </p>
      )}
      {!view && !fault && <Loader className="past-loading" aria-label={t("One moment…")} />}
      <div className="log" role="log" aria-label={t("Messages")} tabIndex={0}>
        {view?.entries.map((entry) => (
          <EntryLine
            key={entry.fact.place}
            entry={entry}
            view={view}
            workplace={workplace}
            customer={customer}
          />
        ))}
      </div>
      {isWrappingUp && (
        <WrapUpForm
          workplace={workplace}
          session={session}
          skip={t("Cancel")}
          done={() => {
            setWrappingUp(false);
            void readPast(session).then(setView);
          }}
        />
      )}
      <Confirmation
        opened={isAsking}
        close={() => setAsking(false)}
        title={t("Delete all words of this session?")}
        text={[
          t("They are gone for good. It is written down that you deleted them."),
          t("What is on legal hold stays in its recording until the hold is released."),
        ].join(" ")}
        action={t("Delete all words")}
        confirm={() => void remove()}
        isGrave
      />
    </section>
  );
}
