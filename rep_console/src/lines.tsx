import { t } from "@deskside/browser/catalogue";
import { erasedText } from "@deskside/browser/erased";
import { refusalText } from "@deskside/browser/refusals";
import { timeOfDay } from "@deskside/browser/times";
import { shownFile } from "@deskside/browser/session_files";
import { receipt } from "@deskside/browser/transcript";
import type { Entry, OwnLine, View } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { FileCard } from "./file_card.tsx";
import { happeningText } from "./happenings.ts";
import { Undo } from "./undo.tsx";
import { Words } from "./words.tsx";
import type { Workplace } from "./workplace.ts";

interface EntryProps {
  readonly entry: Entry;
  readonly view: View;
  readonly workplace: Workplace;
  readonly customer: string;
}

/** One fact as reps read it. */
export function EntryLine({ entry, view, workplace, customer }: EntryProps) {
  const { fact } = entry;
  const time = timeOfDay(fact.at, workplace.link.now());
  if (fact.type === "file_offered") {
    const { session } = view;
    const me = workplace.account.party;
    const isCustomers = fact.by === session.customer;
    const name = isCustomers ? customer : (session.names[fact.by] ?? "");
    return (
      <Line
        kind={isCustomers ? "customer" : fact.by === me ? "own" : "colleague"}
        detail={`${name} · ${time}`}
        isFile
      >
        <FileCard
          file={shownFile(fact, session, view.entries)}
          files={workplace.filesOf(session.id)}
          session={session}
          me={me}
        />
      </Line>
    );
  }
  if (fact.type !== "said" && fact.type !== "noted") {
    const text = happeningText(fact, { customer, workplace, session: view.session });
    return text ? <p className="happening">{`${time} · ${text}`}</p> : null;
  }
  const words = fact.erased ? <i>{erasedText(fact, view.session)}</i> : <Words text={fact.text} />;
  const isMine = fact.by === workplace.account.party;
  const name = fact.by === view.session.customer ? customer : (view.session.names[fact.by] ?? "");
  if (fact.type === "noted") {
    return (
      <Line kind="note" detail={`${t("Private note")} · ${name} · ${time}`}>
        {words}
      </Line>
    );
  }
  if (isMine) {
    return (
      <Line
        kind="own"
        detail={`${time} · ${RECEIPTS[receipt(view, entry, fact.by)]()}`}
        more={<Undo workplace={workplace} entry={entry} view={view} />}
      >
        {words}
      </Line>
    );
  }
  return (
    <Line
      kind={fact.by === view.session.customer ? "customer" : "colleague"}
      detail={`${name} · ${time}`}
    >
      {words}
    </Line>
  );
}

interface OwnLineProps {
  readonly line: OwnLine;
  /** Takes a refused line back into the draft, where there still is one. */
  readonly edit: (() => void) | false;
  readonly remove: () => void;
}

/** A line of one's own that is not among the facts yet. */
export function OwnLineView({ line, edit, remove }: OwnLineProps) {
  const { refusal } = line;
  const detail = refusal
    ? `${t("Not sent")}: ${refusalText(refusal.code)}`
    : line.state === "sent"
      ? t("Sent")
      : t("Sending…");
  return (
    <Line kind={line.note ? "note" : "own"} state={line.state} detail={detail}>
      <Words text={line.text} />
      {refusal && edit && (
        <Button size="compact-xs" variant="white" onClick={edit}>
          {t("Edit")}
        </Button>
      )}
      {refusal && (
        <Button size="compact-xs" variant="white" onClick={remove}>
          {t("Remove")}
        </Button>
      )}
    </Line>
  );
}

const RECEIPTS = {
  sent: () => t("Sent"),
  delivered: () => t("Delivered"),
  read: () => t("Read"),
};

interface LineProps {
  readonly kind: "own" | "customer" | "colleague" | "note";
  readonly state?: OwnLine["state"];
  readonly detail: string;
  /** What can be done with it, beside the detail. */
  readonly more?: ReactNode;
  readonly isFile?: boolean;
  readonly children: ReactNode;
}

function Line({ kind, state = "sent", detail, more, isFile = false, children }: LineProps) {
  return (
    <div className={`line line-${kind} line-${state}`}>
      <div className={isFile ? "bubble bubble-file" : "bubble"}>{children}</div>
      <div className="line-foot">
        <p className="line-detail">{detail}</p>
        {more}
      </div>
    </div>
  );
}
