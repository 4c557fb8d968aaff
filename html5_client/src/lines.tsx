import { addressed, customerName } from "@deskside/browser/addressed";
import { t } from "@deskside/browser/catalogue";
import { erasedText } from "@deskside/browser/erased";
import { refusalText } from "@deskside/browser/refusals";
import { timeOfDay } from "@deskside/browser/times";
import { shownFile } from "@deskside/browser/session_files";
import type { SessionFiles } from "@deskside/browser/session_files";
import { receipt } from "@deskside/browser/transcript";
import type { Entry, OwnLine, View } from "@deskside/browser/transcript";
import type { ComponentChildren } from "preact";
import { Avatar } from "./avatar.tsx";
import { FileCard } from "./file_line.tsx";
import { happeningText } from "./happenings.ts";
import { Words } from "./words.tsx";

/** Lines of one author within this time stand together. */
const TOGETHER_MS = 120_000;

interface EntryProps {
  readonly entry: Entry;
  readonly before: Entry | undefined;
  readonly view: View;
  readonly me: string;
  readonly now: number;
  readonly organisation: string;
  readonly files: SessionFiles | null;
}

/** One fact as the customer reads it; many are not worth a line. */
export function EntryLine(props: EntryProps) {
  const { entry, before, view, me, now, organisation, files } = props;
  const { fact } = entry;
  const time = timeOfDay(fact.at, now);
  if (fact.type === "said" && fact.by === me) {
    return (
      <Own detail={`${time} · ${RECEIPTS[receipt(view, entry, me)]()}`}>
        {fact.erased ? <i>{erasedText(fact, view.session)}</i> : <Words text={fact.text} />}
      </Own>
    );
  }
  if (fact.type === "said") {
    const again = before?.fact.type === "said" && before.fact.by === fact.by;
    const together = again && fact.at - before.fact.at < TOGETHER_MS;
    const name = view.session.names[fact.by] ?? organisation;
    return (
      <Theirs
        name={name}
        rep={fact.by}
        detail={together ? time : `${name} · ${time}`}
        together={together}
      >
        {fact.erased ? <i>{erasedText(fact, view.session)}</i> : <Words text={fact.text} />}
      </Theirs>
    );
  }
  if (fact.type === "file_offered" && files) {
    const file = shownFile(fact, view.session, view.entries);
    const card = (
      <FileCard file={file} files={files} session={view.session} isMine={fact.by === me} />
    );
    if (fact.by === me) {
      return (
        <Own detail={time} isFile>
          {card}
        </Own>
      );
    }
    const name = view.session.names[fact.by] ?? organisation;
    return (
      <Theirs name={name} rep={fact.by} detail={`${name} · ${time}`} isFile>
        {card}
      </Theirs>
    );
  }
  // While one waits, notices stand above the conversation.
  if (fact.type === "noticed" && view.session.state === "waiting") return null;
  if (fact.type === "greeted" || fact.type === "noticed") {
    return (
      <Theirs name={organisation} detail={time}>
        <Words text={addressed(fact.text, customerName(view.entries))} />
      </Theirs>
    );
  }
  if (fact.type === "link_pushed") {
    return (
      <Theirs name={view.session.names[fact.by] ?? organisation} rep={fact.by} detail={time}>
        <a class="button" href={fact.url} target="_blank" rel="noopener noreferrer nofollow">
          {fact.title || fact.url}
        </a>
      </Theirs>
    );
  }
  const happening = happeningText(fact, view.session);
  const isHeld = fact.type === "held";
  const text = isHeld ? addressed(happening, customerName(view.entries)) : happening;
  return text ? <p class="happening">{text}</p> : null;
}

interface OwnLineProps {
  readonly line: OwnLine;
  /** Takes a refused line back into the draft, where there still is one. */
  readonly edit: (() => void) | undefined;
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
    <Own detail={detail} state={line.state}>
      <Words text={line.text} />
      {refusal && (
        <>
          {edit && (
            <button class="button button-quiet" onClick={edit}>
              {t("Edit")}
            </button>
          )}
          <button class="button button-quiet" onClick={remove}>
            {t("Remove")}
          </button>
        </>
      )}
    </Own>
  );
}

const RECEIPTS = {
  sent: () => t("Sent"),
  delivered: () => t("Delivered"),
  read: () => t("Read"),
};

interface LineProps {
  readonly detail: string;
  readonly isFile?: boolean;
  readonly children: ComponentChildren;
}

function Own(props: LineProps & { state?: OwnLine["state"] }) {
  const { detail, state = "sent", isFile = false, children } = props;
  return (
    <div class={`line line-own line-${state}`}>
      <div class={isFile ? "bubble bubble-file" : "bubble"}>{children}</div>
      <p class="line-detail">{detail}</p>
    </div>
  );
}

function Theirs(props: LineProps & { name: string; rep?: string; together?: boolean }) {
  return (
    <div class={`line line-theirs${props.together ? " line-together" : ""}`}>
      <Avatar name={props.name} rep={props.rep} small />
      <div class={props.isFile ? "bubble bubble-file" : "bubble"}>{props.children}</div>
      <p class="line-detail">{props.detail}</p>
    </div>
  );
}
