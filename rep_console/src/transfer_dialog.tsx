import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Button, Stack, Text } from "@mantine/core";
import { Dialog } from "./dialog.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface TransferProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: Session;
}

/** Passes the session to a team at once, or offers it to a colleague. */
export function TransferDialog({ opened, close, workplace, session }: TransferProps) {
  const { colleagues } = useStore(workplace.state);
  const teams = workplace.teams.filter(({ id }) => id !== session.team);
  const there = Object.values(colleagues)
    .flat()
    .filter(({ rep, available }) => available && rep !== workplace.account.party);
  // Somebody who serves two teams stands in both lists.
  const people = [...new Map(there.map((each) => [each.rep, each])).values()];

  const transfer = (to: { team: string } | { rep: string }) => {
    void workplace.ask({ type: "transfer", session: session.id, ...to });
    close();
  };

  return (
    <Dialog opened={opened} close={close} title={t("Transfer")}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t("The customer is told and goes on in the same conversation.")}
        </Text>
        {teams.length > 0 && <h3 className="choice-title">{t("To a team")}</h3>}
        {teams.map(({ id, name }) => (
          <Choice key={id} name={name} choose={() => transfer({ team: id })} />
        ))}
        <h3 className="choice-title">{t("To a colleague")}</h3>
        {people.map(({ rep, name, active }) => (
          <Choice
            key={rep}
            name={name}
            detail={t("{count} active", { count: active })}
            choose={() => transfer({ rep })}
          />
        ))}
        {people.length === 0 && <Text size="sm">{t("No colleague is available right now.")}</Text>}
      </Stack>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly detail?: string;
  readonly choose: () => void;
}

function Choice({ name, detail, choose }: ChoiceProps) {
  return (
    <Button
      variant="default"
      fullWidth
      justify="space-between"
      rightSection={
        detail && (
          <Text span size="xs" c="dimmed">
            {detail}
          </Text>
        )
      }
      onClick={choose}
    >
      {name}
    </Button>
  );
}
