/** The files of one session as a page works with them: those it sends, those that come, and links. */
import { call } from "./api.ts";
import { ComingFiles } from "./coming_files.ts";
import type { Coming } from "./coming_files.ts";
import type { Fact, FileFault, FileKind, FileOffered, Session } from "./contract.ts";
import { FetchedFiles, fetchWhole } from "./fetching.ts";
import { safeName } from "./file_names.ts";
import { shownPreview } from "./previews.ts";
import { SentFiles } from "./sending.ts";
import type { Sending, SendingParts } from "./sending.ts";
import type { Entry } from "./transcript.ts";

/** Where a file can be fetched, for a minute. */
export interface FileLink {
  readonly content: string;
  /** Of a picture, a small picture of it; otherwise empty. */
  readonly preview: string;
}

/** Larger ones are left to the browser: what a page fetches lies in its memory. */
export const MOST_FETCHED_BYTES = 64 * 1024 * 1024;

export class SessionFiles {
  readonly sent: SentFiles;
  readonly coming: ComingFiles;
  readonly fetched = new FetchedFiles();
  readonly #parts: SendingParts;

  constructor(parts: SendingParts) {
    this.#parts = parts;
    this.sent = new SentFiles(parts);
    this.coming = new ComingFiles(parts.session, parts.link);
  }

  close(): void {
    this.sent.close();
    this.coming.close();
    this.fetched.close();
  }

  /** Take or decline what the other side offers; what is under way can still be declined. */
  answer(file: string, accepted: boolean): void {
    const { session, ask } = this.#parts;
    void ask({ type: "answer_file", session, file, accepted });
  }

  link(file: string): Promise<FileLink> {
    const { session, token } = this.#parts;
    return fileLink(session, file, token);
  }

  /** Have the browser save a file. */
  async save(file: ShownFile): Promise<void> {
    if (file.size > MOST_FETCHED_BYTES) {
      // The broker names it; without a name of ours a browser might leave the page for it.
      saveAs((await this.link(file.id)).content, "");
      return;
    }
    const blob = await this.fetched.fetch(file.id, file.size, () => this.#address(file.id));
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    saveAs(address, file.name);
    // The browser has to have taken it first.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  /** Return all of a file, for the page itself. */
  whole(file: string, size: number, signal: AbortSignal): Promise<Blob> {
    const address = () => this.#address(file);
    return fetchWhole({ address, size, signal, told: () => undefined });
  }

  /** Return where a small picture of a picture is, once it can be shown; "" where there is none. */
  preview(file: string, signal: AbortSignal): Promise<string> {
    const address = async () => (await this.link(file)).preview;
    return shownPreview(address, signal);
  }

  async #address(file: string): Promise<string> {
    return (await this.link(file)).content;
  }
}

/** Fetch links to a file: a customer with their `token`, a rep by cookie. */
function fileLink(session: string, file: string, token: string): Promise<FileLink> {
  const path = `/v1/sessions/${encodeURIComponent(session)}/files/${encodeURIComponent(file)}/link`;
  return call("POST", path, {}, token);
}

function saveAs(address: string, name: string): void {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
}

/** A file as a line of the conversation shows it. */
export interface ShownFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly by: string;
  readonly state: Session["files"][string]["state"];
  readonly kind: FileKind | "";
  readonly fault: FileFault | "";
  readonly erased: boolean;
}

/** Return what has become of the file that `offer` tells of. */
export function shownFile(
  offer: FileOffered,
  session: Session,
  entries: readonly Entry[],
): ShownFile {
  const known = Object.hasOwn(session.files, offer.file) ? session.files[offer.file] : undefined;
  const about = (fact: Fact) => "file" in fact && fact.file === offer.file;
  const later = entries.map(({ fact }) => fact).filter(about);
  const arrived = later.find((fact) => fact.type === "file_arrived");
  const refused = later.find((fact) => fact.type === "file_refused");
  return {
    id: offer.file,
    name: offer.erased ? "" : safeName(offer.name),
    size: offer.size,
    by: offer.by,
    state: known?.state ?? "offered",
    kind: arrived?.content ?? "",
    fault: refused?.why ?? "",
    erased: offer.erased,
  };
}

/** Say whether a file on its way is paused: its sender knows, and the others were told. */
export function isHeld(sending: Sending | undefined, coming: Coming | undefined): boolean {
  return sending ? sending.paused : (coming?.held ?? false);
}

/** The files of a drop or a paste, and none where it is only words. */
export function filesOf(data: DataTransfer | null): readonly File[] {
  return [...(data?.files ?? [])];
}

/** Name what was pasted: all screenshots come as `image.png`. */
export function named(file: File, now: Date): File {
  if (file.name !== "image.png") return file;
  const stamp = [now.getHours(), now.getMinutes(), now.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return new File([file], `screenshot-${stamp}.png`, { type: file.type });
}
