import { plural, t } from "@deskside/browser/catalogue";
import { timeOfDay } from "@deskside/browser/times";
import { Button, Loader, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { Avatar } from "./avatar.tsx";
import { ContactPane } from "./contact_pane.tsx";
import type { Contact } from "./contacts.ts";
import { DirectoryList } from "./directory_list.tsx";
import { Icon } from "./icons.tsx";
import { go, hrefOf } from "./route.ts";
import { useContacts } from "./use_contacts.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

const DIRECTORY = "directory";

/** Who wrote before, found as one types and opened beside the list; and who works here. */
export function ContactsView({ workplace, rest }: ViewProps) {
  const shelf = rest === DIRECTORY ? DIRECTORY : "contacts";
  const [words, setWords] = useState("");
  const found = useContacts(words);
  return (
    <div className={rest && shelf === "contacts" ? "master master-read" : "master"}>
      <section
        className="master-list"
        aria-label={shelf === DIRECTORY ? t("Directory") : t("Contacts")}
      >
        <SegmentedControl
          className="shelf"
          aria-label={t("Whom to show")}
          value={shelf}
          onChange={(value) => go("contacts", value === DIRECTORY ? DIRECTORY : "")}
          data={[
            { value: "contacts", label: t("Customers") },
            { value: DIRECTORY, label: t("Colleagues") },
          ]}
        />
        {shelf === DIRECTORY ? (
          <DirectoryList workplace={workplace} />
        ) : (
          <ContactList
            workplace={workplace}
            open={rest}
            words={words}
            setWords={setWords}
            found={found}
          />
        )}
      </section>
      {shelf === "contacts" && rest ? (
        <ContactPane
          key={rest}
          workplace={workplace}
          session={rest}
          onChanged={() => void found.again()}
        />
      ) : (
        <div className="nothing-open">
          {shelf === "contacts"
            ? t("Choose somebody to see what they were here for.")
            : t("You can pass a session on to whoever is available.")}
        </div>
      )}
    </div>
  );
}

interface ListProps {
  readonly workplace: Workplace;
  readonly open: string;
  readonly words: string;
  readonly setWords: (words: string) => void;
  readonly found: ReturnType<typeof useContacts>;
}

function ContactList({ workplace, open, words, setWords, found }: ListProps) {
  const { contacts, hasMore, state, again, more } = found;
  return (
    <>
      <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <TextInput
          aria-label={t("Search")}
          placeholder={t("Search names and addresses…")}
          leftSection={<Icon name="search" />}
          autoFocus
          maxLength={200}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </form>
      {state === "searching" && (
        <Loader className="past-loading" size="sm" aria-label={t("One moment…")} />
      )}
      {state === "failed" && (
        <div className="panel-empty" role="alert">
          <p>{t("The server cannot be reached. Please try again.")}</p>
          <Button variant="default" size="xs" onClick={() => void again()}>
            {t("Try again")}
          </Button>
        </div>
      )}
      {state === "found" && contacts.length === 0 && (
        <p className="panel-empty" role="status">
          {words.trim()
            ? t("Nobody of that name or address.")
            : t("Nobody yet. Whoever writes and tells their name or address stands here then.")}
        </p>
      )}
      <ul className="cards">
        {contacts.map((contact) => (
          <li key={contact.session}>
            <ContactCard
              workplace={workplace}
              contact={contact}
              isOpen={contact.session === open}
            />
          </li>
        ))}
        {hasMore && (
          <li className="cards-more">
            <Button variant="default" size="compact-sm" onClick={() => void more()}>
              {t("Show more")}
            </Button>
          </li>
        )}
      </ul>
    </>
  );
}

interface CardProps {
  readonly workplace: Workplace;
  readonly contact: Contact;
  readonly isOpen: boolean;
}

function ContactCard({ workplace, contact, isOpen }: CardProps) {
  const { name, email, session, sessions, last_at: lastAt } = contact;
  return (
    <a
      className="past"
      href={hrefOf("contacts", session)}
      aria-current={isOpen ? "true" : undefined}
    >
      <Avatar name={name || email} hue={190} />
      <span className="session-words">
        <span className="session-name">{name || email}</span>
        {name && email && <span className="session-last">{email}</span>}
        <span className="session-last">
          {plural(sessions, "{count} session", "{count} sessions")}
        </span>
      </span>
      <span className="past-time">{timeOfDay(lastAt, workplace.link.now())}</span>
    </a>
  );
}
