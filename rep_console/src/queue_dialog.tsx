import { plural, t } from "@deskside/browser/catalogue";
import { Button, Loader, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { Ticking } from "./ticking.tsx";
import { useQueueSearch } from "./use_queue_search.ts";
import { WaitingCard } from "./waiting_card.tsx";
import type { Workplace } from "./workplace.ts";

interface QueueDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
}

/** Everybody who waits, found by name, however far back they stand. */
export function QueueDialog({ opened, close, workplace }: QueueDialogProps) {
  return (
    <Dialog opened={opened} close={close} title={t("Find somebody in the queue")} size="lg">
      {opened && <QueueSearch workplace={workplace} />}
    </Dialog>
  );
}

function QueueSearch({ workplace }: { workplace: Workplace }) {
  const [words, setWords] = useState("");
  const { total, found, state, again, more } = useQueueSearch(workplace, words);
  const severalTeams = workplace.account.teams.length > 1;
  return (
    <>
      <TextInput
        aria-label={t("Search")}
        placeholder={t("Search names…")}
        leftSection={<Icon name="search" />}
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        data-autofocus
      />
      <p className="queue-found" role="status">
        {state === "searching" && <Loader size="sm" aria-label={t("One moment…")} />}
        {state === "found" && plural(total, "{count} waiting", "{count} waiting")}
      </p>
      {state === "failed" && (
        <Text size="sm" role="alert">
          {t("The server cannot be reached. Please try again.")}{" "}
          <Button variant="subtle" size="compact-sm" onClick={again}>
            {t("Try again")}
          </Button>
        </Text>
      )}
      <Ticking link={workplace.link}>
        <ol className="queue-rows" aria-label={t("Queue")}>
          {found.map(({ position, entry }) => (
            <li key={entry.session} className="queue-row">
              <WaitingCard
                workplace={workplace}
                entry={entry}
                offered={offeredTo(workplace, entry.offered)}
                position={position}
                team={severalTeams ? workplace.teamName(entry.team) : ""}
              />
            </li>
          ))}
        </ol>
      </Ticking>
      {found.length < total && (
        <Button variant="default" fullWidth onClick={more}>
          {t("Show more")}
        </Button>
      )}
    </>
  );
}

/** Return the name of the colleague to whom somebody is offered, or nothing. */
export function offeredTo(workplace: Workplace, rep: string | undefined): string {
  return rep && rep !== workplace.account.party ? workplace.nameOf(rep) : "";
}
