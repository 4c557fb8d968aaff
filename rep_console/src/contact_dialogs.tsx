import { t } from "@deskside/browser/catalogue";
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { Choice } from "./colleagues.tsx";
import { changeContact, mergeContacts } from "./contacts.ts";
import type { Contact, ContactOpened } from "./contacts.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { useContacts } from "./use_contacts.ts";

interface DialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly session: string;
  readonly contact: ContactOpened;
}

/** Puts right what a contact is called and where mail reaches them. */
export function EditContact(props: DialogProps & { onChanged: () => void }) {
  const { opened, close, session, contact, onChanged } = props;
  const [name, setName] = useState(contact.name);
  const [email, setEmail] = useState(contact.email);
  const [fault, setFault] = useState("");

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    try {
      await changeContact(session, { name: name.trim(), email: email.trim() });
    } catch (error) {
      setFault(callText(error));
      return;
    }
    close();
    onChanged();
  }

  return (
    <Dialog opened={opened} close={close} title={t("Edit the contact")}>
      <form onSubmit={(event) => void save(event)}>
        <Stack gap="sm">
          <TextInput
            label={t("Name")}
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label={t("E-mail")}
            type="email"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            {t("Whoever has the same address is the same contact.")}
          </Text>
          {fault && <p role="alert">{fault}</p>}
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t("Cancel")}
          </Button>
          <Button type="submit" disabled={!(name.trim() || email.trim())}>
            {t("Save")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

/** Makes one contact of two, for somebody who came by two names. */
export function MergeContact(props: DialogProps & { onMerged: () => void }) {
  return (
    <Dialog opened={props.opened} close={props.close} title={t("Merge with another contact")}>
      {props.opened && <MergeSearch {...props} />}
    </Dialog>
  );
}

function MergeSearch({
  close,
  session,
  contact,
  onMerged,
}: DialogProps & { onMerged: () => void }) {
  const [words, setWords] = useState("");
  const [fault, setFault] = useState("");
  const { contacts, state } = useContacts(words);
  const own = new Set(contact.visits.map((visit) => visit.session));
  const others = contacts.filter((each) => !own.has(each.session)).slice(0, 8);

  async function merge(into: Contact): Promise<void> {
    try {
      await mergeContacts(session, into.session);
    } catch (error) {
      setFault(callText(error));
      return;
    }
    close();
    onMerged();
  }

  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t("The sessions of both then belong to the one you choose, whose name and address stay.")}
      </Text>
      <TextInput
        aria-label={t("Search")}
        placeholder={t("Search names and addresses…")}
        leftSection={<Icon name="search" />}
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        data-autofocus
      />
      {others.map((each) => (
        <Choice
          key={each.session}
          name={each.name || each.email}
          detail={each.name ? each.email : ""}
          choose={() => void merge(each)}
        />
      ))}
      {state === "found" && others.length === 0 && (
        <Text size="sm">{t("Nobody else of that name or address.")}</Text>
      )}
      {fault && <p role="alert">{fault}</p>}
    </Stack>
  );
}
