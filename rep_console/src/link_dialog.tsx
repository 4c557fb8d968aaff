import { t } from "@deskside/browser/catalogue";
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Dialog } from "./dialog.tsx";
import type { Workplace } from "./workplace.ts";

interface LinkDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: string;
}

/** Sends the customer a button that opens a web address. */
export function LinkDialog(props: LinkDialogProps) {
  return (
    <Dialog opened={props.opened} close={props.close} title={t("Send a link")}>
      <LinkForm {...props} />
    </Dialog>
  );
}

function LinkForm({ close, workplace, session }: LinkDialogProps) {
  const [url, setUrl] = useState("");
  const [title, setTitle] = useState("");
  const isAddress = /^https?:$/.test(URL.canParse(url.trim()) ? new URL(url.trim()).protocol : "");

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!isAddress) return;
    void workplace.ask({ type: "push_link", session, url: url.trim(), title: title.trim() });
    close();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("Web address")}
          placeholder="https://"
          inputMode="url"
          data-autofocus
          value={url}
          error={url.length > 8 && !isAddress && t("An address begins with https://")}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <TextInput
          label={t("Words on the button")}
          description={t("Empty: the address itself.")}
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("Cancel")}
          </Button>
          <Button type="submit" disabled={!isAddress}>
            {t("Send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
