import { t } from "@deskside/browser/catalogue";
import type { Session } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { Button, Loader } from "@mantine/core";
import { CallButton } from "./call_button.tsx";
import { Icon } from "./icons.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Called, Workplace } from "./workplace.ts";

interface CallingProps {
  readonly workplace: Workplace;
  readonly session: Session;
  readonly called: Called;
}

/** A call that the customer has not answered, or did not take; nothing for any other session. */
export function Calling({ workplace, session, called }: CallingProps) {
  if (session.meeting !== "call") return null;
  if (session.state === "calling") return <Connecting workplace={workplace} session={session} />;
  if (["identity", "agreement", "recording", "waiting"].includes(session.state)) {
    return (
      <div className="calling" role="status">
        <Loader size="sm" role="presentation" />
        <p className="calling-what">
          {t("The customer took the call and reads what is asked first.")}
        </p>
      </div>
    );
  }
  const why = IN_VAIN[session.ending];
  return why && !session.accepted_at ? (
    <div className="calling" role="status">
      <Icon name="phone" />
      <p className="calling-what">{why()}</p>
      <CallButton workplace={workplace} called={called} label={t("Call again")} />
    </div>
  ) : null;
}

const IN_VAIN: Readonly<Partial<Record<Session["ending"], () => string>>> = {
  call_refused: () => t("The customer does not want to talk now."),
  unanswered: () => t("The customer was not reached: none of their pages answered."),
  left_before_queue: () => t("The customer left before the conversation began."),
  agreement_declined: () => t("The customer did not accept the agreement."),
  agreement_timeout: () => t("The customer did not answer the agreement in time."),
  rep_ended: () => t("You hung up before the customer answered."),
};

function Connecting({ workplace, session }: Omit<CallingProps, "called">) {
  const { open } = useStore(workplace.link.state);
  const left = Math.max(0, session.call_until - useNow(workplace.link));
  const hangUp = () => void workplace.ask({ type: "end", session: session.id });
  return (
    <div className="calling">
      <Loader size="sm" role="presentation" />
      <p className="calling-what" role="status">
        {t("Connecting…")}
      </p>
      <p className="calling-about">
        {t("Every page that the customer has open asks whether they want to talk to you.")}
      </p>
      <p className="calling-left" role="timer" aria-label={t("Time left to answer")}>
        {stopwatch(left)}
      </p>
      <Button variant="default" size="sm" disabled={!open} onClick={hangUp}>
        {t("Hang up")}
      </Button>
    </div>
  );
}
