import { t } from "@deskside/browser/catalogue";
import type { Rules, Session } from "@deskside/browser/contract";
import { refusalText } from "@deskside/browser/refusals";
import type { RefusalCode } from "@deskside/browser/contract";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

type Policy = Rules["refusal_policy"];

/** What it means to say no, in words to read before one does. */
export function refusalMeaning(policy: Policy): string {
  return REFUSED[policy]();
}

const REFUSED: Readonly<Record<Policy, () => string>> = {
  continue_unrecorded: () =>
    t("If you do not allow it, we help you all the same and record nothing."),
  no_screen: () =>
    t("If you do not allow it, we can still chat, but you cannot show us your screen."),
  end: () => t("If you do not allow it, this chat cannot go on and ends here."),
};

const WITHDRAWN: Readonly<Record<Policy, () => string>> = {
  continue_unrecorded: () => t("Nothing more is recorded from then on. We go on helping you."),
  no_screen: () =>
    t("Nothing more is recorded from then on. We can still chat, but no longer see your screen."),
  end: () => t("Nothing more is recorded from then on, and this chat ends."),
};

/** Whether the session is recorded, in a few words; empty where that was not asked. */
export function recordingText({ recording, recording_paused, rules }: Session): string {
  if (!rules.recording_asked) return "";
  if (recording === "allowed") {
    return recording_paused ? t("Recording: paused") : t("Recording: allowed");
  }
  return recording === "refused" || recording === "withdrawn" ? t("Not recorded") : "";
}

interface StateProps {
  readonly transcript: Transcript;
  readonly askToWithdraw: () => void;
}

/** In the menu: what holds, and the way to change one's mind. */
export function RecordingState({ transcript, askToWithdraw }: StateProps) {
  const { session } = useStore(transcript.view);
  const text = recordingText(session);
  if (!text) return null;
  const canWithdraw =
    session.recording === "allowed" && ["waiting", "talking"].includes(session.state);
  return (
    <div class="menu-group">
      <p>{text}</p>
      {canWithdraw && (
        <button class="button" onClick={askToWithdraw}>
          {t("Withdraw the permission to record")}
        </button>
      )}
    </div>
  );
}

interface WithdrawProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
  readonly close: () => void;
}

/** Says what withdrawing means, and asks whether that is wanted. */
export function WithdrawRecording({ visit, transcript, close }: WithdrawProps) {
  const { session } = useStore(transcript.view);
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<RefusalCode | "">("");
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const title = useId();
  useEffect(() => {
    dialog.current?.showModal();
    // Not the first button, which may be so far down that the beginning is out of sight.
    heading.current?.focus();
  }, []);

  async function withdraw(): Promise<void> {
    setAsking(true);
    const answer = await visit.ask({ type: "withdraw_recording" });
    setAsking(false);
    if (answer.type === "refused") setRefusal(answer.code);
    else dialog.current?.close();
  }

  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={title} onClose={close}>
      <h2 class="title" id={title} tabIndex={-1} ref={heading}>
        {t("Withdraw the permission to record?")}
      </h2>
      <p>{WITHDRAWN[session.rules.refusal_policy]()}</p>
      {refusal && (
        <p class="error" role="alert">
          {refusalText(refusal)}
        </p>
      )}
      <div class="row">
        <button class="button" onClick={() => dialog.current?.close()}>
          {t("Keep allowing it")}
        </button>
        <button class="button button-main" disabled={asking} onClick={() => void withdraw()}>
          {t("Withdraw")}
        </button>
      </div>
    </dialog>
  );
}
