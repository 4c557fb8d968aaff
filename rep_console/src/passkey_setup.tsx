import { addPasskey, proposePasskey } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { PasskeyAborted, makePasskey } from "@deskside/browser/passkeys";
import { Alert, Button, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";

interface PasskeySetupProps {
  /** Told recovery codes where there were none to give before. */
  readonly done: (recoveryCodes: readonly string[]) => void;
}

/** Makes a passkey and gives it a name. */
export function PasskeySetup({ done }: PasskeySetupProps) {
  const [name, setName] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      const made = await makePasskey(await proposePasskey());
      done(await addPasskey(name.trim(), made));
    } catch (fault) {
      setBusy(false);
      if (!(fault instanceof PasskeyAborted)) setError(whyNot(fault));
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <Text size="sm">
          {t(
            "A passkey signs you in with your fingerprint, your face, the PIN of this device, or a security key. It takes the place of password and code.",
          )}
        </Text>
        <TextInput
          label={t("Name of the passkey")}
          description={t("So that you know it again, such as “Laptop” or “Blue key”.")}
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {error && (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        )}
        <Button type="submit" loading={busy} disabled={!name.trim()}>
          {t("Create passkey")}
        </Button>
      </Stack>
    </form>
  );
}

function whyNot(fault: unknown): string {
  const known = fault instanceof DOMException && fault.name === "InvalidStateError";
  return known ? t("This device has a passkey for your account already.") : callText(fault);
}
