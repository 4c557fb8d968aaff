/** The transcript as a file to keep, made in the page from what it shows. */
import { addressed, customerName } from "@deskside/browser/addressed";
import { language, t } from "@deskside/browser/catalogue";
import type { Fact, Session } from "@deskside/browser/contract";
import { erasedText } from "@deskside/browser/erased";
import { safeName } from "@deskside/browser/file_names";
import { sizeText } from "@deskside/browser/file_texts";
import type { Transcript, View } from "@deskside/browser/transcript";
import { happeningText } from "./happenings.ts";

interface Line {
  readonly time: string;
  /** Empty for what happened rather than was said. */
  readonly name: string;
  readonly text: string;
}

/** Save what has been said in `transcript` with `organisation` on this device. */
export function download(kind: "txt" | "html", transcript: Transcript, organisation: string): void {
  const lines = linesOf(transcript.view.get(), transcript.me, organisation);
  const text = kind === "txt" ? asText(lines, organisation) : asHtml(lines, organisation);
  const type = kind === "txt" ? "text/plain" : "text/html";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = `${t("Transcript")}.${kind}`;
  link.click();
  // The browser has to have fetched it first.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function linesOf({ session, entries }: View, me: string, organisation: string): Line[] {
  const format = new Intl.DateTimeFormat(language(), { dateStyle: "short", timeStyle: "medium" });
  const nameOf = ({ by }: Fact) => (by === me ? t("You") : (session.names[by] ?? organisation));
  const name = customerName(entries);
  return entries.flatMap(({ fact }) => {
    const said = saidIn(fact, session);
    const words = said || happeningText(fact, session);
    const isTheSites = fact.type === "greeted" || fact.type === "held";
    const text = isTheSites ? addressed(words, name) : words;
    return text ? [{ time: format.format(fact.at), name: said && nameOf(fact), text }] : [];
  });
}

/** Return what somebody said or sent in `fact`; nothing where they did neither. */
export function saidIn(fact: Fact, session: Session): string {
  switch (fact.type) {
    case "said":
      return fact.erased ? erasedText(fact, session) : fact.text;
    case "greeted":
    case "noticed":
      return fact.text;
    case "file_offered": {
      const name = fact.erased ? t("The name was erased.") : safeName(fact.name);
      const hasArrived = session.files[fact.file]?.state === "arrived";
      return `${name} (${sizeText(fact.size)})${hasArrived ? "" : ` · ${t("Not sent")}`}`;
    }
    case "link_pushed":
      return [fact.title, fact.url].filter((each) => each).join(" ");
    default:
      return "";
  }
}

export function asText(lines: readonly Line[], organisation: string): string {
  const written = lines.map(({ time, name, text }) => `[${time}] ${name && `${name}: `}${text}`);
  return [organisation, "", ...written, ""].join("\r\n");
}

export function asHtml(lines: readonly Line[], organisation: string): string {
  const rows = lines.map(
    ({ time, name, text }) =>
      `<p><time>${escaped(time)}</time> <b>${escaped(name)}</b> <span>${escaped(text)}</span></p>`,
  );
  return [
    `<!doctype html><html lang="${language()}"><meta charset="utf-8">`,
    `<title>${escaped(organisation)}</title>`,
    "<style>body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}",
    "time{color:#555}span{white-space:pre-wrap;overflow-wrap:anywhere}</style>",
    `<h1>${escaped(organisation)}</h1>`,
    ...rows,
    "</html>",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? each);
}
