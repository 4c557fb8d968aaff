import type { Passkey } from "@deskside/browser/accounts";
import {
  newRecoveryCodes,
  proposePasskey,
  proposeCodes,
  removeCodes,
  removePasskey,
} from "@deskside/browser/accounts";
import { plural, t } from "@deskside/browser/catalogue";
import { hasPasskeys } from "@deskside/browser/passkeys";
import { dayAndTime } from "@deskside/browser/times";
import { Alert, Button, Group } from "@mantine/core";
import { useState } from "react";
import { callText } from "./call_text.ts";
import { CodesSetup } from "./codes_setup.tsx";
import { Confirmation } from "./confirmation.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { PasskeySetup } from "./passkey_setup.tsx";
import { RecoveryCodes } from "./recovery_codes.tsx";
import type { SecurityPartProps } from "./security_settings.tsx";
import { Setting, SettingsGroup } from "./setting.tsx";
import { NotConfirmed } from "./use_confirmed.ts";

type Shown = "codes" | "passkey" | readonly string[] | null;

/** One's own second factors: codes of an app, passkeys, and recovery codes for a bad day. */
export function SecurityFactors({ security, reload, confirmed }: SecurityPartProps) {
  const [shown, setShown] = useState<Shown>(null);
  const [removing, setRemoving] = useState<"codes" | Passkey | null>(null);
  const [error, setError] = useState("");
  const { codes, passkeys, demanded } = security;
  const any = codes || passkeys.length > 0;

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    setError("");
    try {
      await confirmed(work);
    } catch (fault) {
      if (!(fault instanceof NotConfirmed)) setError(callText(fault));
    }
    reload();
  }

  const close = () => {
    setShown(null);
    reload();
  };
  const made = (recovery: readonly string[]) => {
    if (recovery.length) setShown(recovery);
    else close();
  };
  const renew = () => void attempt(async () => setShown(await newRecoveryCodes()));
  const remove = () => {
    if (removing === "codes") void attempt(removeCodes);
    else if (removing) void attempt(() => removePasskey(removing.id));
  };

  return (
    <SettingsGroup
      title={t("Second factor")}
      about={demanded ? t("Your role needs at least one.") : t("Besides your password.")}
    >
      {error && (
        <Alert color="red" role="alert" mt="sm">
          {error}
        </Alert>
      )}
      <Setting
        name={t("One-time codes")}
        about={codes ? t("By an authenticator app.") : t("Not set up.")}
      >
        {() => (
          <Group gap="xs">
            {/* Asked first, so that the password comes before the picture and not after it. */}
            <Button
              variant="default"
              onClick={() => void attempt(async () => proposeCodes().then(() => setShown("codes")))}
            >
              {codes ? t("Set up anew") : t("Set up")}
            </Button>
            {codes && (
              <Button variant="subtle" color="red" onClick={() => setRemoving("codes")}>
                {t("Remove codes")}
              </Button>
            )}
          </Group>
        )}
      </Setting>
      <Setting
        name={t("Passkeys")}
        about={
          hasPasskeys()
            ? t("They take the place of password and code.")
            : t("Browsers allow them only where the address is a name, such as localhost.")
        }
      >
        {() => (
          <Button
            variant="default"
            disabled={!hasPasskeys()}
            onClick={() =>
              void attempt(async () => proposePasskey().then(() => setShown("passkey")))
            }
          >
            {t("Add a passkey")}
          </Button>
        )}
      </Setting>
      {passkeys.length > 0 && (
        <ul className="security-list" aria-label={t("Passkeys")}>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} remove={() => setRemoving(passkey)} />
          ))}
        </ul>
      )}
      {any && (
        <Setting name={t("Recovery codes")} about={leftText(security.recovery_codes_left)}>
          {() => (
            <Button variant="default" onClick={renew}>
              {t("Make new ones")}
            </Button>
          )}
        </Setting>
      )}
      <Dialog opened={shown === "codes"} close={close} title={t("Authenticator app")}>
        <CodesSetup done={made} />
      </Dialog>
      <Dialog opened={shown === "passkey"} close={close} title={t("Add a passkey")}>
        <PasskeySetup done={made} />
      </Dialog>
      <Dialog opened={Array.isArray(shown)} close={close} title={t("Keep your recovery codes")}>
        {Array.isArray(shown) && <RecoveryCodes codes={shown as readonly string[]} done={close} />}
      </Dialog>
      <Confirmation
        opened={removing !== null}
        close={() => setRemoving(null)}
        title={t("Remove this second factor?")}
        text={t("You will not be able to sign in with it any more.")}
        action={t("Remove")}
        confirm={remove}
        isGrave
      />
    </SettingsGroup>
  );
}

function PasskeyRow({ passkey, remove }: { passkey: Passkey; remove: () => void }) {
  const { name, created_at, used_at } = passkey;
  return (
    <li>
      <Icon name="passkey" />
      <span className="security-what">
        <span>{name}</span>
        <span className="security-about">
          {used_at
            ? t("Made {made}, last used {used}", {
                made: dayAndTime(created_at),
                used: dayAndTime(used_at),
              })
            : t("Made {made}, not used yet", { made: dayAndTime(created_at) })}
        </span>
      </span>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        aria-label={t("Remove passkey {name}", { name })}
        onClick={remove}
      >
        {t("Remove")}
      </Button>
    </li>
  );
}

function leftText(count: number): string {
  return plural(count, "{count} of them is left.", "{count} of them are left.");
}
