import { t } from "@deskside/browser/catalogue";
import type { Session, Tool } from "@deskside/browser/contract";
import { stopwatch, timeOfDay } from "@deskside/browser/times";
import type { Transcript } from "@deskside/browser/transcript";
import { Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { lastTold } from "./computer.ts";
import { ComputerPanel } from "./computer_panel.tsx";
import { Dialog } from "./dialog.tsx";
import { SpecialActions } from "./special_actions.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface DialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly workplace: Workplace;
  readonly session: Session;
}

/** The customer's computer: what it is made of, and what can be done on it. */
export function ComputerDialog({ opened, close, workplace, session }: DialogProps) {
  const { mine } = useStore(workplace.state);
  const transcript = mine.find(({ id }) => id === session.id);
  return (
    <Dialog
      opened={opened && transcript !== undefined}
      close={close}
      title={t("The customer's computer")}
      size="lg"
    >
      {transcript && (
        <div className="computer-parts">
          <Part
            workplace={workplace}
            session={session}
            tool="system_information"
            title={t("System information")}
            why={t("What the computer is made of and which programs run, as it says itself.")}
          >
            <Information workplace={workplace} transcript={transcript} />
          </Part>
          <Part
            workplace={workplace}
            session={session}
            tool="special_actions"
            title={t("Special actions")}
            why={t("The customer is asked again before each of them.")}
          >
            <SpecialActions workplace={workplace} transcript={transcript} />
          </Part>
        </div>
      )}
    </Dialog>
  );
}

interface PartProps {
  readonly workplace: Workplace;
  readonly session: Session;
  readonly tool: Tool;
  readonly title: string;
  readonly why: string;
  readonly children: ReactNode;
}

/** A part that needs a permission, and the way to ask for it. */
function Part({ workplace, session, tool, title, why, children }: PartProps) {
  const { open } = useStore(workplace.link.state);
  const now = useNow(workplace.link);
  const me = workplace.account.party;
  const grant = session.grants.find((each) => each.tool === tool && each.rep === me);
  const asks = session.prompt?.tools.includes(tool) && session.prompt.rep === me;
  const ask = () =>
    void workplace.ask({ type: "request_grants", session: session.id, tools: [tool] });
  return (
    <section aria-label={title}>
      <header>
        <h3>{title}</h3>
        {grant && (
          <span className="computer-left">
            {t("{time} left", { time: stopwatch(grant.until - now) })}
          </span>
        )}
      </header>
      <p className="computer-why">{why}</p>
      {!grant && (
        <Button
          variant="default"
          size="sm"
          disabled={!open || session.prompt !== null}
          onClick={ask}
        >
          {asks ? t("The customer is being asked…") : t("Ask for permission")}
        </Button>
      )}
      {children}
    </section>
  );
}

interface InformationProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** What was told last, which stays with the session, and the way to ask for it anew. */
function Information({ workplace, transcript }: InformationProps) {
  const { open } = useStore(workplace.link.state);
  const { session, entries } = useStore(transcript.view);
  const now = useNow(workplace.link);
  const me = workplace.account.party;
  const isAllowed = session.grants.some(
    ({ tool, rep }) => tool === "system_information" && rep === me,
  );
  const told = lastTold(entries);
  const isReading = session.system_for !== "";
  const read = () => void workplace.ask({ type: "request_system", session: session.id });
  return (
    <>
      {isAllowed && (
        <div className="computer-line">
          <Button size="sm" disabled={!open || isReading} onClick={read}>
            {told ? t("Read anew") : t("Read it now")}
          </Button>
          <span role="status">
            {isReading && (
              <>
                <Loader size="xs" role="presentation" /> {t("It is being read…")}
              </>
            )}
            {!isReading && told && t("As of {time}", { time: timeOfDay(told.at, now) })}
          </span>
        </div>
      )}
      {told && <ComputerPanel system={told.system} />}
    </>
  );
}
