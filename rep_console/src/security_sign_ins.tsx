import type { SignInPlace } from "@deskside/browser/accounts";
import { endOtherSignIns, endSignIn } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { dayAndTime } from "@deskside/browser/times";
import { Alert, Button } from "@mantine/core";
import { useState } from "react";
import { callText } from "./call_text.ts";
import { Icon } from "./icons.tsx";
import type { SecurityPartProps } from "./security_settings.tsx";
import { SettingsGroup } from "./setting.tsx";

/** Where one is signed in, and the way to end it from here. */
export function SecuritySignIns({ security, reload }: SecurityPartProps) {
  const [error, setError] = useState("");
  const { sign_ins } = security;

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    setError("");
    await work().catch((fault: unknown) => setError(callText(fault)));
    reload();
  }

  return (
    <SettingsGroup
      title={t("Where you are signed in")}
      about={t("What you do not know, end at once; then change your password.")}
    >
      {error && (
        <Alert color="red" role="alert" mt="sm">
          {error}
        </Alert>
      )}
      <ul className="security-list" aria-label={t("Where you are signed in")}>
        {sign_ins.map((place) => (
          <Place key={place.id} place={place} end={() => void attempt(() => endSignIn(place.id))} />
        ))}
      </ul>
      {sign_ins.length > 1 && (
        <Button variant="default" mb="sm" onClick={() => void attempt(endOtherSignIns)}>
          {t("Sign out everywhere else")}
        </Button>
      )}
    </SettingsGroup>
  );
}

function Place({ place, end }: { place: SignInPlace; end: () => void }) {
  const { device, address, since, seen_at, here } = place;
  const name = device || t("Unknown device");
  return (
    <li>
      <Icon name="device" />
      <span className="security-what">
        <span>
          {name}
          {here && <span className="security-here">{t("This device")}</span>}
        </span>
        <span className="security-about">
          {t("{address}, since {since}, last seen {seen}", {
            address,
            since: dayAndTime(since),
            seen: dayAndTime(seen_at),
          })}
        </span>
      </span>
      {!here && (
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={t("Sign out {name}", { name: `${name}, ${address}` })}
          onClick={end}
        >
          {t("Sign out")}
        </Button>
      )}
    </li>
  );
}
