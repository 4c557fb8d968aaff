import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { useId, useState } from "preact/hooks";
import { useSounds } from "./sounds.ts";
import { TimeLeft } from "./time_left.tsx";
import { useArrival } from "./use_arrival.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** A rep calls: the customer is asked before anything begins. */
export function CallQuestion({ visit, transcript }: { visit: Visit; transcript: Transcript }) {
  const { session } = useStore(transcript.view);
  const { site } = useStore(visit.state);
  const [answered, setAnswered] = useState(false);
  const heading = useArrival<HTMLHeadingElement>();
  const title = useId();
  const text = useId();
  useSounds(visit, transcript);
  const name = session.names[session.meant_for] ?? "";
  const answer = (accepted: boolean) => {
    setAnswered(true);
    // A refusal leaves the question open, so it may be answered again.
    void visit.ask({ type: "answer_call", accepted }).then(() => setAnswered(false));
  };
  return (
    <section
      class="screen form"
      role="alertdialog"
      aria-modal="true"
      aria-labelledby={title}
      aria-describedby={text}
    >
      <h2 class="title" id={title} tabIndex={-1} ref={heading}>
        {t("{name} would like to talk to you", { name })}
      </h2>
      <p class="lead" id={text}>
        {t(
          "{name} works for {organisation}. A chat begins only if you agree, and you can end it at any moment.",
          { name, organisation: site.organisation },
        )}
      </p>
      <TimeLeft visit={visit} until={session.call_until} />
      <div class="row">
        <button class="button" disabled={answered} onClick={() => answer(false)}>
          {t("Not now")}
        </button>
        <button class="button button-main" disabled={answered} onClick={() => answer(true)}>
          {t("Talk now")}
        </button>
      </div>
    </section>
  );
}
