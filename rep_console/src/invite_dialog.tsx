import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { Stack, Text } from "@mantine/core";
import { Colleagues } from "./colleagues.tsx";
import { Dialog } from "./dialog.tsx";
import { useDirectory } from "./use_directory.ts";
import type { Workplace } from "./workplace.ts";

interface InviteProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: Session;
}

/** Asks a colleague to come into the session; its owner stays responsible. */
export function InviteDialog({ opened, close, workplace, session }: InviteProps) {
  const { directory, hasFailed } = useDirectory(workplace, opened);
  const invite = (rep: string) => {
    void workplace.ask({ type: "invite", session: session.id, rep });
    close();
  };
  return (
    <Dialog opened={opened} close={close} title={t("Invite")}>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t("You stay responsible. The customer is told as soon as the colleague joins.")}
        </Text>
        <Colleagues
          directory={directory}
          hasFailed={hasFailed}
          without={[session.owner, ...session.joined, ...session.invited]}
          choose={invite}
        />
      </Stack>
    </Dialog>
  );
}
