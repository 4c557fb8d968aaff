import { t } from "@deskside/browser/catalogue";
import { Button, Group, Text } from "@mantine/core";
import { Dialog } from "./dialog.tsx";

interface ConfirmationProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly confirm: () => void;
  readonly isGrave?: boolean;
}

/** Asks whether something is really meant. */
export function Confirmation(props: ConfirmationProps) {
  const confirm = () => {
    props.confirm();
    props.close();
  };
  return (
    <Dialog opened={props.opened} close={props.close} title={props.title}>
      <Text>{props.text}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.close}>
          {t("Cancel")}
        </Button>
        <Button color={props.isGrave ? "red" : "teal"} onClick={confirm} data-autofocus>
          {props.action}
        </Button>
      </Group>
    </Dialog>
  );
}
