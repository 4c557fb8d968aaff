import { call } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import type { RefusalCode, Session } from "@deskside/browser/contract";
import { refusalText } from "@deskside/browser/refusals";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

interface DeleteProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
  readonly close: () => void;
}

/** Says what would be erased and what is kept, asks once more, and gives the receipt. */
export function DeleteMyData({ visit, transcript, close }: DeleteProps) {
  const [step, setStep] = useState<"asking" | "erasing" | "erased">("asking");
  const [refusal, setRefusal] = useState<RefusalCode | "">("");
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const title = useId();
  const { site } = useStore(visit.state);
  useEffect(() => {
    dialog.current?.showModal();
    // Not the first button, which may be so far down that the beginning is out of sight.
    heading.current?.focus();
  }, []);

  async function erase(): Promise<void> {
    setStep("erasing");
    const answer = await visit.ask({ type: "erase_my_texts" });
    setRefusal(answer.type === "refused" ? answer.code : "");
    setStep(answer.type === "refused" ? "asking" : "erased");
    if (answer.type === "answered") visit.forgetDrafts();
  }

  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={title} onClose={close}>
      <h2 class="title" id={title} tabIndex={-1} ref={heading}>
        {t("Delete my data")}
      </h2>
      {step === "erased" ? (
        <Receipt transcript={transcript} token={visit.token} />
      ) : (
        <Extent transcript={transcript} privacy={site.privacy} />
      )}
      {refusal && (
        <p class="error" role="alert">
          {refusalText(refusal)}
        </p>
      )}
      <div class="row">
        <button class="button" onClick={() => dialog.current?.close()}>
          {step === "erased" ? t("Close") : t("Keep my data")}
        </button>
        {step !== "erased" && (
          <button
            class="button button-danger"
            disabled={step === "erasing"}
            onClick={() => void erase()}
          >
            {t("Delete for good")}
          </button>
        )}
      </div>
    </dialog>
  );
}

function wasRecorded({ recording }: Session): boolean {
  return recording === "allowed" || recording === "withdrawn";
}

/** What goes, what stays, and why. */
function Extent({ transcript, privacy }: { transcript: Transcript; privacy: string }) {
  const { session } = useStore(transcript.view);
  const isRecorded = wasRecorded(session);
  return (
    <>
      <p class="privacy">{privacy}</p>
      <div>
        <h3>{t("This is erased for good:")}</h3>
        <ul>
          <li>{t("everything you have written in this chat")}</li>
          <li>{t("your name and your e-mail address in this chat")}</li>
          <li>{t("the names of the files you have sent")}</li>
        </ul>
      </div>
      <div>
        <h3>{t("This is kept:")}</h3>
        <ul>
          <li>{t("what others have written: these are their words")}</li>
          <li>{t("when something happened, without your words: it proves how you were helped")}</li>
          {isRecorded && (
            <li>
              {t(
                "what was recorded, as long as the rules for recordings say: it is evidence for you too",
              )}
            </li>
          )}
          {isRecorded && (
            <li>{t("your words in the recording, too, while the law demands that it is kept")}</li>
          )}
        </ul>
      </div>
    </>
  );
}

/** Return the head of the site's ledger of recordings, "" where there is none. */
function useLedgerHead(isRecorded: boolean, token: string): string {
  const [head, setHead] = useState("");
  useEffect(() => {
    if (!isRecorded) return;
    call<{ head: string }>("GET", "/v1/ledger/head", undefined, token).then(
      (found) => setHead(found.head),
      // The receipt is as good without.
      () => undefined,
    );
  }, [isRecorded, token]);
  return head;
}

function Receipt({ transcript, token }: { transcript: Transcript; token: string }) {
  const { entries, session } = useStore(transcript.view);
  const fact = entries.findLast((entry) => entry.fact.type === "texts_erased")?.fact;
  const head = useLedgerHead(wasRecorded(session), token);
  return (
    <div role="status">
      <p>{t("Your data in this chat has been erased.")}</p>
      {fact?.type === "texts_erased" && (
        <p>
          {t("Receipt number:")} <strong class="receipt">{fact.receipt}</strong>
        </p>
      )}
      {head && (
        <p>
          {t("Head of the ledger of recordings:")} <strong class="receipt">{head}</strong>
          <br />
          {t("Keep it: it proves later whether a recording was changed or taken back since.")}
        </p>
      )}
    </div>
  );
}
