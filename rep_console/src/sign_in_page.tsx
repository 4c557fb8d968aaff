import type { Account } from "@deskside/browser/api";
import { ApiError, signIn } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { FrontDoor } from "./front_door.tsx";

interface SignInProps {
  readonly greeting: string;
  readonly enter: (account: Account) => Promise<void>;
}

/** Name and password, and a one-time code when the broker wants one. */
export function SignInPage({ greeting, enter }: SignInProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await enter(await signIn(name.trim(), password, code.trim()));
    } catch (fault) {
      setBusy(false);
      // The first time this is a question, not an error.
      const asks = fault instanceof ApiError && fault.code === "code_needed" && !needsCode;
      if (asks) setNeedsCode(true);
      else setError(callText(fault));
    }
  }

  return (
    <FrontDoor title={t("Sign in to Deskside")}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {greeting && <Alert color="teal">{greeting}</Alert>}
          <TextInput
            label={t("User name")}
            autoComplete="username"
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Password")}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("Show what is typed") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {needsCode && (
            <TextInput
              label={t("One-time code")}
              description={t("Six digits from your authenticator app.")}
              autoComplete="one-time-code"
              inputMode="numeric"
              autoFocus
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Button type="submit" loading={busy} disabled={!name.trim() || !password}>
            {t("Sign in")}
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
