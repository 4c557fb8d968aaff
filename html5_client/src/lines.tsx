import { t } from "@deskside/browser/catalogue";
import { refusalText } from "@deskside/browser/refusals";
import { timeOfDay } from "@deskside/browser/times";
import { receipt } from "@deskside/browser/transcript";
import type { Entry, OwnLine, Transcript, View } from "@deskside/browser/transcript";
import type { ComponentChildren } from "preact";
import { Avatar } from "./avatar.tsx";
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
}

/** One fact as the customer reads it; many are not worth a line. */
export function EntryLine({ entry, before, view, me, now, organisation }: EntryProps) {
  const { fact } = entry;
  const time = timeOfDay(fact.at, now);
  if (fact.type === "said" && fact.by === me) {
    return (
      <Own detail={`${time} · ${RECEIPTS[receipt(view, entry, me)]()}`}>
        {fact.erased ? <i>{t("Deleted")}</i> : <Words text={fact.text} />}
      </Own>
    );
  }
  if (fact.type === "said") {
    const again = before?.fact.type === "said" && before.fact.by === fact.by;
    const together = again && fact.at - before.fact.at < TOGETHER_MS;
    const name = view.session.names[fact.by] ?? organisation;
    return (
      <Theirs name={name} detail={together ? time : `${name} · ${time}`} together={together}>
        <Words text={fact.text} />
      </Theirs>
    );
  }
  if (fact.type === "greeted" || fact.type === "noticed") {
    return (
      <Theirs name={organisation} detail={time}>
        <Words text={fact.text} />
      </Theirs>
    );
  }
  if (fact.type === "link_pushed") {
    return (
      <Theirs name={view.session.names[fact.by] ?? organisation} detail={time}>
        <a class="button" href={fact.url} target="_blank" rel="noopener noreferrer nofollow">
          {fact.title || fact.url}
        </a>
      </Theirs>
    );
  }
  const text = happeningText(fact, view.session);
  return text ? <p class="happening">{text}</p> : null;
}

/** A line of one's own that is not among the facts yet. */
export function OwnLineView({ line, transcript }: { line: OwnLine; transcript: Transcript }) {
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
        <button class="button button-quiet" onClick={() => transcript.dismiss(line.id)}>
          {t("Remove")}
        </button>
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
  readonly children: ComponentChildren;
}

function Own({ detail, state = "sent", children }: LineProps & { state?: OwnLine["state"] }) {
  return (
    <div class={`line line-own line-${state}`}>
      <div class="bubble">{children}</div>
      <p class="line-detail">{detail}</p>
    </div>
  );
}

function Theirs(props: LineProps & { name: string; together?: boolean }) {
  return (
    <div class={`line line-theirs${props.together ? " line-together" : ""}`}>
      <Avatar name={props.name} small />
      <div class="bubble">{props.children}</div>
      <p class="line-detail">{props.detail}</p>
    </div>
  );
}
