import { confirmPassword } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { Dialog } from "./dialog.tsx";

interface ConfirmPasswordProps {
  readonly userName: string;
  readonly answer: (given: boolean) => void;
}

/** Asks for the password once more, before something about the way in is changed. */
export function ConfirmPassword({ userName, answer }: ConfirmPasswordProps) {
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await confirmPassword(password);
      answer(true);
    } catch (fault) {
      setError(callText(fault));
      setBusy(false);
    }
  }

  return (
    <Dialog opened close={() => answer(false)} title={t("Is it really you?")}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <Text size="sm">{t("Before this is changed, please type your password again.")}</Text>
          <input type="text" autoComplete="username" value={userName} readOnly hidden />
          <PasswordInput
            label={t("Password")}
            autoComplete="current-password"
            data-autofocus
            visibilityToggleButtonProps={{ "aria-label": t("Show what is typed") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Button type="submit" loading={busy} disabled={!password}>
            {t("Continue")}
          </Button>
        </Stack>
      </form>
    </Dialog>
  );
}
