import { t } from "@deskside/browser/catalogue";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Visit } from "./visit.ts";

/** The button that ends the chat, and the question whether that is meant. */
export function EndChat({ visit }: { visit: Visit }) {
  const [step, setStep] = useState<"" | "asked" | "kept" | "ending">("");
  const stay = useRef<HTMLButtonElement>(null);
  const leave = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (step === "asked") stay.current?.focus();
    if (step === "kept") leave.current?.focus();
  }, [step]);
  const end = () => {
    setStep("ending");
    void visit.ask({ type: "end" }).then(() => setStep(""));
  };
  if (step === "" || step === "kept") {
    return (
      <button class="button button-quiet end-chat" ref={leave} onClick={() => setStep("asked")}>
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
        if (event.key === "Escape") setStep("kept");
      }}
    >
      <p>{step === "ending" ? t("Ending the chat…") : t("End this chat?")}</p>
      <button
        class="button"
        ref={stay}
        disabled={step === "ending"}
        onClick={() => setStep("kept")}
      >
        {t("Keep chatting")}
      </button>
      <button class="button button-danger" disabled={step === "ending"} onClick={end}>
        {t("End chat")}
      </button>
    </div>
  );
}
