import { askPasskey, signInWithPasskey } from "@deskside/browser/accounts";
import type { Account } from "@deskside/browser/api";
import { ApiError, signIn } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { PasskeyAborted, hasPasskeys, showPasskey } from "@deskside/browser/passkeys";
import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";
import { CodeStep } from "./code_step.tsx";
import { FrontDoor } from "./front_door.tsx";
import { Icon } from "./icons.tsx";

interface SignInProps {
  readonly greeting: string;
  /** The user name, where it is known already. */
  readonly knownName?: string;
  /** Resolves once nobody is on their way out any more. */
  readonly ready: () => Promise<unknown>;
  readonly enter: (account: Account) => Promise<void>;
}

export type Step = "password" | "code" | "recovery";

/** Name and password, then a code where the broker wants one; or a passkey instead of all that. */
export function SignInPage({ greeting, knownName = "", ready, enter }: SignInProps) {
  const [step, setStep] = useState<Step>("password");
  const [name, setName] = useState(knownName);
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  async function attempt(work: () => Promise<Account>): Promise<void> {
    setBusy(true);
    setError("");
    try {
      await ready();
      await enter(await work());
    } catch (fault) {
      setBusy(false);
      if (fault instanceof PasskeyAborted) return;
      const next = stepAfter(fault);
      // The first time this is a question, not an error.
      if (next && next !== step) setStep(next);
      else setError(callText(fault));
    }
  }

  const byPassword = (code = "") => void attempt(() => signIn(name.trim(), password, code));
  const byPasskey = () =>
    void attempt(async () => signInWithPasskey(await showPasskey(await askPasskey())));
  const passkeyButton = hasPasskeys() && (
    <Button
      variant="default"
      leftSection={<Icon name="passkey" />}
      disabled={busy}
      onClick={byPasskey}
    >
      {t("Sign in with a passkey")}
    </Button>
  );

  if (step !== "password") {
    return (
      <CodeStep
        name={name.trim()}
        step={step}
        error={error}
        busy={busy}
        send={byPassword}
        turnTo={(next) => {
          setError("");
          setStep(next);
        }}
      >
        {step === "recovery" && passkeyButton}
      </CodeStep>
    );
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    byPassword();
  }

  return (
    <FrontDoor title={t("Sign in to Deskside")}>
      <form onSubmit={submit}>
        <Stack>
          {greeting && <Alert color="teal">{greeting}</Alert>}
          <TextInput
            label={t("User name")}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={!knownName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Password")}
            autoComplete="current-password"
            autoFocus={!!knownName}
            visibilityToggleButtonProps={{ "aria-label": t("Show what is typed") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Button type="submit" loading={busy} disabled={!name.trim() || !password}>
            {t("Sign in")}
          </Button>
          {passkeyButton && (
            <>
              <Divider label={t("or")} />
              {passkeyButton}
            </>
          )}
        </Stack>
      </form>
    </FrontDoor>
  );
}

/** Return where to go on after the broker has said what is missing. */
function stepAfter(fault: unknown): Step | undefined {
  if (!(fault instanceof ApiError)) return undefined;
  if (fault.code === "code_needed") return "code";
  return fault.code === "passkey_needed" ? "recovery" : undefined;
}
