import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Stack, Text } from "@mantine/core";
import { Choice, Colleagues } from "./colleagues.tsx";
import { Dialog } from "./dialog.tsx";
import type { Workplace } from "./workplace.ts";

interface TransferProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: Session;
}

/** Passes the session to a team at once, or offers it to a colleague. */
export function TransferDialog({ opened, close, workplace, session }: TransferProps) {
  const teams = workplace.teams.filter(({ id }) => id !== session.team);

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
        <Colleagues
          workplace={workplace}
          without={[workplace.account.party]}
          choose={(rep) => transfer({ rep })}
        />
      </Stack>
    </Dialog>
  );
}
