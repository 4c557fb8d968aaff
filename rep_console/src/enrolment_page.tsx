import { t } from "@deskside/browser/catalogue";
import { hasPasskeys } from "@deskside/browser/passkeys";
import { Anchor, Button, Stack } from "@mantine/core";
import { useState } from "react";
import { CodesSetup } from "./codes_setup.tsx";
import { FrontDoor } from "./front_door.tsx";
import { Icon } from "./icons.tsx";
import { PasskeySetup } from "./passkey_setup.tsx";
import { RecoveryCodes } from "./recovery_codes.tsx";

interface EnrolmentProps {
  /** Whether nothing works before a second factor is set up. */
  readonly demanded: boolean;
  readonly done: () => Promise<void>;
  readonly leave: () => void;
}

type Way = "choose" | "codes" | "passkey";

/** Sets up a second factor on the way in. */
export function EnrolmentPage({ demanded, done, leave }: EnrolmentProps) {
  const [way, setWay] = useState<Way>("choose");
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  if (codes) {
    return (
      <FrontDoor title={t("Keep your recovery codes")}>
        <RecoveryCodes codes={codes} done={() => void done()} />
      </FrontDoor>
    );
  }
  if (way !== "choose") {
    return (
      <FrontDoor title={way === "codes" ? t("Authenticator app") : t("Passkey")}>
        <Stack>
          {way === "codes" ? <CodesSetup done={setCodes} /> : <PasskeySetup done={setCodes} />}
          <Back to={() => setWay("choose")} label={t("Back")} />
        </Stack>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor
      title={t("Protect your account")}
      about={
        demanded
          ? t("Your role needs more than a password. Choose what you sign in with besides it.")
          : t("A second step keeps others out even if they learn your password.")
      }
    >
      <Stack>
        <Choice
          icon="phone_app"
          name={t("Authenticator app")}
          about={t("An app on your phone shows a code of six digits.")}
          choose={() => setWay("codes")}
        />
        {hasPasskeys() && (
          <Choice
            icon="passkey"
            name={t("Passkey")}
            about={t("Fingerprint, face, PIN, or a security key.")}
            choose={() => setWay("passkey")}
          />
        )}
        {demanded ? (
          <Back to={leave} label={t("Sign out")} />
        ) : (
          <Button variant="subtle" onClick={() => void done()}>
            {t("Later")}
          </Button>
        )}
      </Stack>
    </FrontDoor>
  );
}

interface ChoiceProps {
  readonly icon: "passkey" | "phone_app";
  readonly name: string;
  readonly about: string;
  readonly choose: () => void;
}

function Choice({ icon, name, about, choose }: ChoiceProps) {
  return (
    <button type="button" className="way" onClick={choose}>
      <Icon name={icon} />
      <span className="way-name">{name}</span>
      <span className="way-about">{about}</span>
    </button>
  );
}

function Back({ to, label }: { to: () => void; label: string }) {
  return (
    <Anchor component="button" type="button" size="sm" onClick={to}>
      {label}
    </Anchor>
  );
}
