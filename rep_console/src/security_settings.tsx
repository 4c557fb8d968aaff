import type { Security } from "@deskside/browser/accounts";
import { getSecurity } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, Center, Loader } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { callText } from "./call_text.ts";
import { ConfirmPassword } from "./confirm_password.tsx";
import { SecurityFactors } from "./security_factors.tsx";
import { SecurityPassword } from "./security_password.tsx";
import { SecuritySignIns } from "./security_sign_ins.tsx";
import { useConfirmed } from "./use_confirmed.ts";

/** How the signed-in person gets in, and where they are: to see and to change. */
export function SecuritySettings() {
  const [security, setSecurity] = useState<Security | null>(null);
  const [error, setError] = useState("");
  const { confirmed, asking, answer } = useConfirmed();

  const load = useCallback(() => {
    getSecurity().then(
      (found) => {
        setSecurity(found);
        setError("");
      },
      (fault: unknown) => setError(callText(fault)),
    );
  }, []);
  useEffect(load, [load]);

  if (!security) {
    return error ? (
      <Alert color="red" role="alert">
        <p>{error}</p>
        <Button variant="default" size="compact-sm" mt="sm" onClick={load}>
          {t("Try again")}
        </Button>
      </Alert>
    ) : (
      <Center>
        <Loader aria-label={t("One moment…")} />
      </Center>
    );
  }
  const parts = { security, reload: load, confirmed };
  return (
    <>
      <SecurityPassword {...parts} />
      <SecurityFactors {...parts} />
      <SecuritySignIns {...parts} />
      {asking && <ConfirmPassword userName={security.user_name} answer={answer} />}
    </>
  );
}

export interface SecurityPartProps {
  readonly security: Security;
  readonly reload: () => void;
  /** Do what may need the password again; it is asked for where it does. */
  readonly confirmed: <T>(work: () => Promise<T>) => Promise<T>;
}
