import type { PasswordSet, Welcomed } from "@deskside/browser/accounts";
import { setPassword, welcome } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, Center, Loader, Stack, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { FrontDoor } from "./front_door.tsx";
import { NewPassword } from "./new_password.tsx";

interface WelcomeProps {
  readonly token: string;
  readonly done: (set: PasswordSet) => Promise<void>;
  /** Go to the sign-in page instead. */
  readonly leave: () => void;
}

/** Where a one-time link leads: choose a password. */
export function WelcomePage({ token, done, leave }: WelcomeProps) {
  const [who, setWho] = useState<Welcomed | null>(null);
  const [password, choose] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    welcome(token).then(setWho, (fault: unknown) => setError(callText(fault)));
  }, [token]);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!password) return;
    setBusy(true);
    setError("");
    try {
      await done(await setPassword(token, password));
    } catch (fault) {
      setError(callText(fault));
      setBusy(false);
    }
  }

  if (!who && !error) {
    return (
      <Center h="100%">
        <Loader aria-label={t("One moment…")} />
      </Center>
    );
  }
  if (!who) {
    return (
      <FrontDoor title={t("This link does not work")}>
        <Stack>
          <Alert color="red" role="alert">
            {error}
          </Alert>
          <Button variant="default" onClick={leave}>
            {t("To the sign-in")}
          </Button>
        </Stack>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor
      title={t("Welcome, {name}!", { name: who.name })}
      about={t("Choose a password to sign in with.")}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput
            label={t("User name")}
            description={t("You will need it to sign in.")}
            autoComplete="username"
            readOnly
            value={who.user_name}
          />
          <NewPassword choose={choose} autoFocus />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Button type="submit" loading={busy} disabled={!password}>
            {t("Set password")}
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  );
}
