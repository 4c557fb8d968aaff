import { t } from "@deskside/browser/catalogue";
import { PasswordInput } from "@mantine/core";
import { useState } from "react";

/** The broker takes no shorter password. */
const SHORTEST = 12;

interface NewPasswordProps {
  /** Told the password once it can be taken, and "" while it cannot. */
  readonly choose: (password: string) => void;
  readonly autoFocus?: boolean;
}

/** Two boxes for one new password. */
export function NewPassword({ choose, autoFocus = false }: NewPasswordProps) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const differs = again !== "" && again !== password;
  const toggle = { "aria-label": t("Show what is typed") };

  function change(next: { password?: string; again?: string }): void {
    const now = { password, again, ...next };
    setPassword(now.password);
    setAgain(now.again);
    const good = now.password.length >= SHORTEST && now.password === now.again;
    choose(good ? now.password : "");
  }

  return (
    <>
      <PasswordInput
        label={t("New password")}
        description={t("At least {count} characters; several words are best.", {
          count: SHORTEST,
        })}
        autoComplete="new-password"
        autoFocus={autoFocus}
        maxLength={200}
        visibilityToggleButtonProps={toggle}
        value={password}
        onChange={(event) => change({ password: event.currentTarget.value })}
      />
      <PasswordInput
        label={t("Once more")}
        autoComplete="new-password"
        maxLength={200}
        visibilityToggleButtonProps={toggle}
        error={differs && t("The two are not the same yet.")}
        value={again}
        onChange={(event) => change({ again: event.currentTarget.value })}
      />
    </>
  );
}
