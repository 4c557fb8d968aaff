import { t } from "@deskside/browser/catalogue";
import { Alert, Anchor, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ReactNode, SubmitEvent } from "react";
import { FrontDoor } from "./front_door.tsx";
import type { Step } from "./sign_in_page.tsx";

interface CodeStepProps {
  readonly name: string;
  readonly step: Step;
  readonly error: string;
  readonly busy: boolean;
  readonly send: (code: string) => void;
  readonly turnTo: (step: Step) => void;
  readonly children: ReactNode;
}

/** The second step of signing in: a code from the app, or one of the recovery codes. */
export function CodeStep({ name, step, error, busy, send, turnTo, children }: CodeStepProps) {
  const [code, setCode] = useState("");
  const byApp = step === "code";

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (code.trim()) send(code);
  }

  return (
    <FrontDoor title={t("Is it really you?")} about={t("Signing in as {name}.", { name })}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <TextInput
            // A field of its own, so that focus and the browser's help come anew.
            key={step}
            label={byApp ? t("One-time code") : t("Recovery code")}
            description={
              byApp
                ? t("Six digits from your authenticator app.")
                : t("One of the codes that you kept for this. Each works once.")
            }
            className="code-field"
            autoComplete={byApp ? "one-time-code" : "off"}
            inputMode={byApp ? "numeric" : "text"}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={byApp ? 12 : 40}
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Button type="submit" loading={busy} disabled={!code.trim()}>
            {t("Sign in")}
          </Button>
          <Group justify="space-between">
            <Anchor component="button" type="button" size="sm" onClick={() => turnTo("password")}>
              {t("Back")}
            </Anchor>
            {byApp && (
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => {
                  setCode("");
                  turnTo("recovery");
                }}
              >
                {t("Use a recovery code")}
              </Anchor>
            )}
          </Group>
        </Stack>
      </form>
    </FrontDoor>
  );
}
