import { plural, t } from "@deskside/browser/catalogue";
import { Button, Loader } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { Avatar } from "./avatar.tsx";
import { CallButton } from "./call_button.tsx";
import { callText } from "./call_text.ts";
import { Confirmation } from "./confirmation.tsx";
import { EditContact, MergeContact } from "./contact_dialogs.tsx";
import { deleteContact, openContact } from "./contacts.ts";
import type { ContactOpened } from "./contacts.ts";
import { VisitLink } from "./earlier_visits.tsx";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import { go } from "./route.ts";
import type { Workplace } from "./workplace.ts";

interface PaneProps {
  readonly workplace: Workplace;
  /** Any session of the contact. */
  readonly session: string;
  /** Called when the list beside it is not right any more. */
  readonly onChanged: () => void;
}

type Asking = "" | "edit" | "merge" | "delete";

/** Everything known of somebody who was here: how to reach them, and what for. */
export function ContactPane({ workplace, session, onChanged }: PaneProps) {
  const [contact, setContact] = useState<ContactOpened | null>(null);
  const [fault, setFault] = useState("");
  const [asking, setAsking] = useState<Asking>("");

  const open = useCallback(async () => {
    try {
      setContact(await openContact(session));
      setFault("");
    } catch (error) {
      setContact(null);
      setFault(callText(error));
    }
  }, [session]);

  useEffect(() => {
    // A timer, so that opening is not part of drawing.
    const timer = setTimeout(() => void open(), 0);
    return () => clearTimeout(timer);
  }, [open]);

  async function forget(): Promise<void> {
    try {
      await deleteContact(session);
      onChanged();
      go("contacts");
    } catch (error) {
      setFault(callText(error));
    }
  }

  function changed(): void {
    onChanged();
    void open();
  }

  const close = () => setAsking("");
  return (
    <section className="contact" aria-label={t("Contact")}>
      {!contact && !fault && <Loader className="past-loading" aria-label={t("One moment…")} />}
      {fault && (
        <div className="panel-empty" role="alert">
          <p>{fault}</p>
          <Button variant="default" size="xs" onClick={() => void open()}>
            {t("Try again")}
          </Button>
        </div>
      )}
      {contact && (
        <>
          <Heading
            workplace={workplace}
            contact={contact}
            turnTo={setAsking}
            mayForget={workplace.account.role === "lead"}
          />
          <Visits workplace={workplace} contact={contact} />
          <EditContact
            key={`${contact.name} ${contact.email}`}
            opened={asking === "edit"}
            close={close}
            session={session}
            contact={contact}
            onChanged={changed}
          />
          <MergeContact
            opened={asking === "merge"}
            close={close}
            session={session}
            contact={contact}
            onMerged={changed}
          />
        </>
      )}
      <Confirmation
        opened={asking === "delete"}
        close={close}
        title={t("Forget this contact?")}
        text={t(
          "Name and address are deleted here. What was said stays in the History until it is deleted there.",
        )}
        action={t("Forget the contact")}
        confirm={() => void forget()}
        isGrave
      />
    </section>
  );
}

interface HeadingProps {
  readonly workplace: Workplace;
  readonly contact: ContactOpened;
  readonly turnTo: (asking: Asking) => void;
  readonly mayForget: boolean;
}

function Heading({ workplace, contact, turnTo, mayForget }: HeadingProps) {
  const { customer, name, email } = contact;
  return (
    <header className="contact-header">
      <Avatar name={name || email} hue={190} />
      <div className="contact-who">
        <h2>{name || email}</h2>
        {email ? <a href={`mailto:${email}`}>{email}</a> : <p>{t("No address is known.")}</p>}
      </div>
      <div className="contact-actions">
        <CallButton workplace={workplace} called={{ customer, name, email }} />
        <Action icon="edit" label={t("Edit")} run={() => turnTo("edit")} />
        <Action icon="copy" label={t("Merge")} run={() => turnTo("merge")} />
        {mayForget && (
          <Action icon="trash" label={t("Forget")} run={() => turnTo("delete")} grave />
        )}
      </div>
    </header>
  );
}

interface ActionProps {
  readonly icon: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly grave?: boolean;
}

function Action({ icon, label, run, grave = false }: ActionProps) {
  return (
    <Button
      className={grave ? "action action-grave" : "action"}
      variant="subtle"
      size="compact-sm"
      leftSection={<Icon name={icon} />}
      onClick={run}
    >
      {label}
    </Button>
  );
}

function Visits({ workplace, contact }: { workplace: Workplace; contact: ContactOpened }) {
  const { visits, count } = contact;
  return (
    <div className="contact-visits">
      <h3>{plural(count, "{count} session", "{count} sessions")}</h3>
      {count === 0 && <p className="panel-empty">{t("Their sessions were deleted.")}</p>}
      <ul>
        {visits.map((visit) => (
          <li key={visit.session}>
            <VisitLink workplace={workplace} visit={visit} />
          </li>
        ))}
      </ul>
      {count > visits.length && (
        <p className="panel-empty">{t("These are the newest. The History has them all.")}</p>
      )}
    </div>
  );
}
