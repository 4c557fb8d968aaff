import type { ProposedCodes } from "@deskside/browser/accounts";
import { confirmCodes, proposeCodes } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, Center, Loader, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { SubmitEvent } from "react";
import { callText } from "./call_text.ts";

interface CodesSetupProps {
  /** Told the recovery codes once the one-time codes are in force. */
  readonly done: (recoveryCodes: readonly string[]) => void;
}

/** Sets up one-time codes: scan or type the secret, then prove it with a first code. */
export function CodesSetup({ done }: CodesSetupProps) {
  const [proposed, setProposed] = useState<ProposedCodes | null>(null);
  const [code, setCode] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let shown = true;
    proposeCodes().then(
      (answer) => shown && setProposed(answer),
      (fault: unknown) => shown && setError(callText(fault)),
    );
    return () => {
      shown = false;
    };
  }, []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      done(await confirmCodes(code));
    } catch (fault) {
      setError(callText(fault));
      setBusy(false);
    }
  }

  const fault = error && (
    <Alert color="red" role="alert">
      {error}
    </Alert>
  );
  if (!proposed) {
    return fault || <Center>{<Loader aria-label={t("One moment…")} />}</Center>;
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <Text size="sm">
          {t("Scan this picture with your authenticator app, or type the key into it.")}
        </Text>
        <img className="qr" src={proposed.picture} alt={t("QR picture with the key below")} />
        <p className="secret">
          <span className="secret-label">{t("Key")}</span>
          <code>{inGroups(proposed.secret)}</code>
        </p>
        <TextInput
          label={t("One-time code")}
          description={t("The six digits that the app shows now.")}
          className="code-field"
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={12}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {fault}
        <Button type="submit" loading={busy} disabled={code.replace(/\D/g, "").length !== 6}>
          {t("Confirm")}
        </Button>
      </Stack>
    </form>
  );
}

/** Write a secret so that it can be read off: four letters at a time. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? "";
}
