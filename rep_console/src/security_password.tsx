import { changePassword } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { Dialog } from "./dialog.tsx";
import { NewPassword } from "./new_password.tsx";
import type { SecurityPartProps } from "./security_settings.tsx";
import { Setting, SettingsGroup } from "./setting.tsx";

/** One's own password. */
export function SecurityPassword({ security, reload }: SecurityPartProps) {
  const [open, setOpen] = useState(false);
  const [changed, setChanged] = useState(false);
  const done = () => {
    setOpen(false);
    setChanged(true);
    reload();
  };
  return (
    <SettingsGroup title={t("Password")}>
      <Setting
        name={t("User name: {name}", { name: security.user_name })}
        about={
          changed
            ? t("Your password was changed, and you were signed out everywhere else.")
            : t("A new password signs you out everywhere else.")
        }
      >
        {() => (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t("Change password")}
          </Button>
        )}
      </Setting>
      <Dialog opened={open} close={() => setOpen(false)} title={t("Change password")}>
        <PasswordForm done={done} />
      </Dialog>
    </SettingsGroup>
  );
}

function PasswordForm({ done }: { done: () => void }) {
  const [old, setOld] = useState("");
  const [password, choose] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await changePassword(old, password);
      done();
    } catch (fault) {
      setError(callText(fault));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <PasswordInput
          label={t("Current password")}
          autoComplete="current-password"
          data-autofocus
          visibilityToggleButtonProps={{ "aria-label": t("Show what is typed") }}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <NewPassword choose={choose} />
        {error && (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        )}
        <Button type="submit" loading={busy} disabled={!old || !password}>
          {t("Change password")}
        </Button>
      </Stack>
    </form>
  );
}
