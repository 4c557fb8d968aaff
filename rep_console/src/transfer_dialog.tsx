import { plural, t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Stack, Text } from "@mantine/core";
import { Choice, Colleagues } from "./colleagues.tsx";
import type { Directory } from "./contacts.ts";
import { Dialog } from "./dialog.tsx";
import { useDirectory } from "./use_directory.ts";
import type { Workplace } from "./workplace.ts";

interface TransferProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: Session;
}

/** Passes the session to a team at once, or offers it to a colleague. */
export function TransferDialog({ opened, close, workplace, session }: TransferProps) {
  const { directory, hasFailed } = useDirectory(workplace, opened);
  const me = workplace.account.party;
  const teams = workplace.teams.filter(({ id }) => id !== session.team);
  const away = session.customer in session.gone;

  const transfer = (to: { team: string } | { rep: string }) => {
    void workplace.ask({ type: "transfer", session: session.id, ...to });
    close();
  };

  return (
    <Dialog opened={opened} close={close} title={t("Transfer")}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {away
            ? t("The customer is away at the moment; they read of it when they are back.")
            : t("The customer is told and goes on in the same conversation.")}
        </Text>
        {teams.length > 0 && <h3 className="choice-title">{t("To a team")}</h3>}
        {teams.map(({ id, name }) => {
          const count = thereIn(directory, id, me);
          return (
            <Choice
              key={id}
              name={name}
              detail={directory ? thereText(count) : ""}
              disabled={directory !== null && count === 0}
              choose={() => transfer({ team: id })}
            />
          );
        })}
        <h3 className="choice-title">{t("To a colleague")}</h3>
        <Text size="sm" c="dimmed">
          {t("They are asked first. Until they accept, the session stays with you.")}
        </Text>
        <Colleagues
          directory={directory}
          hasFailed={hasFailed}
          without={[me]}
          choose={(rep) => transfer({ rep })}
        />
      </Stack>
    </Dialog>
  );
}

/** How many of `team` besides `me` could take the session. */
function thereIn(directory: Directory | null, team: string, me: string): number {
  const there = directory?.reps.filter(
    ({ rep, teams, presence }) => rep !== me && presence === "available" && teams.includes(team),
  );
  return there?.length ?? 0;
}

function thereText(count: number): string {
  return count ? plural(count, "{count} available", "{count} available") : t("Nobody is available");
}
