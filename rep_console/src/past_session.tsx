import { t } from "@deskside/browser/catalogue";
import type { View } from "@deskside/browser/transcript";
import { Button, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { callText } from "./call_text.ts";
import { Confirmation } from "./confirmation.tsx";
import { customerOf } from "./customer.ts";
import { deletePast, readPast } from "./history.ts";
import { Icon } from "./icons.tsx";
import { EntryLine } from "./lines.tsx";
import type { Workplace } from "./workplace.ts";

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

  const customer = (view ? customerOf(view).name : name) || t("Without a name");
  return (
    <section className="conversation" aria-label={t("Ended session")}>
      <header className="conversation-header">
        <div className="conversation-who">
          <h2>{customer}</h2>
          <p className="presence">{view ? workplace.issueName(view.session.issue) : ""}</p>
        </div>
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
      <Confirmation
        opened={isAsking}
        close={() => setAsking(false)}
        title={t("Delete all words of this session?")}
        text={t("They are gone for good. It is written down that you deleted them.")}
        action={t("Delete all words")}
        confirm={() => void remove()}
        isGrave
      />
    </section>
  );
}
