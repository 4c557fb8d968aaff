import { call } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { Icon } from "./icons.tsx";

/** What the verifier is given beside a bundle, so that the bundle need not vouch for itself. */
interface LedgerHead {
  readonly head: string;
  readonly signer: string;
}

/** The command that proves the bundle of `recording`, with what this site's ledger says just now. */
export function RecordingProof({ recording }: { readonly recording: string }) {
  return <Proof command={`verify ${recording}.tar`} />;
}

/** The whole ledger to take along, and the command that proves it. */
export function LedgerProof() {
  return (
    <section className="ledger-proof" aria-label={t("Ledger")}>
      <Button
        component="a"
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="download" />}
        aria-describedby="ledger-proves"
        href="/v1/ledger"
        download
      >
        {t("Take the ledger along")}
      </Button>
      <span className="reel-hint" id="ledger-proves">
        {t("With it anybody proves that no recording and no line of the ledger was taken away.")}
      </span>
      <Proof command="ledger ledger.tar" />
    </section>
  );
}

/** A command of the verifier's, to be copied. */
function Proof({ command: bare }: { readonly command: string }) {
  const [ledger, setLedger] = useState<LedgerHead>();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    let isHere = true;
    call<LedgerHead>("GET", "/v1/ledger/head").then(
      (found) => isHere && setLedger(found),
      // Without it there is still the file; the verifier then says what it did not check.
      () => undefined,
    );
    return () => {
      isHere = false;
    };
  }, [bare]);
  const given = ledger?.head ? ` --signer ${ledger.signer} --head ${ledger.head}` : "";
  const command = `python -m recordings ${bare}${given}`;
  return (
    <div className="reel-proof">
      <span className="reel-hint" id="proof-command">
        {t("This proves it offline. Keep it where nobody here can change it:")}
      </span>
      <code aria-describedby="proof-command">{command}</code>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<Icon name="copy" />}
        onClick={() => void navigator.clipboard.writeText(command).then(() => setCopied(true))}
      >
        {copied ? t("Copied") : t("Copy")}
      </Button>
    </div>
  );
}
