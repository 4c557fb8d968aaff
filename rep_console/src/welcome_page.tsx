import { setPassword } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { FrontDoor } from "./front_door.tsx";

/** The broker takes no shorter password. */
const SHORTEST = 12;

/** Where a one-time link leads: choose a password. */
export function WelcomePage({ token, done }: { token: string; done: () => void }) {
  const [password, setTyped] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const differs = again !== "" && again !== password;
  const isLong = password.length >= SHORTEST;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!isLong || again !== password) return;
    setBusy(true);
    setError("");
    try {
      await setPassword(token, password);
      done();
    } catch (fault) {
      setError(callText(fault));
      setBusy(false);
    }
  }

  const toggle = { "aria-label": t("Show what is typed") };
  return (
    <FrontDoor title={t("Welcome! Choose a password")}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <PasswordInput
            label={t("New password")}
            description={t("At least {count} characters; several words are best.", {
              count: SHORTEST,
            })}
            autoComplete="new-password"
            autoFocus
            visibilityToggleButtonProps={toggle}
            value={password}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Once more")}
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            error={differs && t("The two are not the same yet.")}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Button type="submit" loading={busy} disabled={!isLong || again !== password}>
            {t("Set password")}
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
