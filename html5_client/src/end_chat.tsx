import { t } from "@deskside/browser/catalogue";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Visit } from "./visit.ts";

/** The button that ends the chat, and the question whether that is meant. */
export function EndChat({ visit }: { visit: Visit }) {
  const [step, setStep] = useState<"" | "asked" | "ending">("");
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (step === "asked") stay.current?.focus();
  }, [step]);
  const end = () => {
    setStep("ending");
    void visit.ask({ type: "end" }).then(() => setStep(""));
  };
  if (step === "") {
    return (
      <button class="button button-quiet end-chat" onClick={() => setStep("asked")}>
        {t("End chat")}
      </button>
    );
  }
  return (
    <div
      class="confirm"
      role="dialog"
      aria-label={t("End this chat?")}
      onKeyDown={(event) => {
        if (event.key === "Escape") setStep("");
      }}
    >
      <p>{step === "ending" ? t("Ending the chat…") : t("End this chat?")}</p>
      <button class="button" ref={stay} disabled={step === "ending"} onClick={() => setStep("")}>
        {t("Keep chatting")}
      </button>
      <button class="button button-danger" disabled={step === "ending"} onClick={end}>
        {t("End chat")}
      </button>
    </div>
  );
}
