/**
 * A rep's drafts. Each knows whether it is a note for colleagues: what was meant for them must not
 * become a message to the customer because the rep turned to somebody else and came back.
 */
import { Drafts } from "@deskside/browser/drafts";

export class RepDrafts extends Drafts {
  /** Say whether what is typed in `session` is a note; never where nothing is typed. */
  isNote(session: string): boolean {
    return this.read(session) !== "" && this.read(noteOf(session)) !== "";
  }

  put(session: string, text: string, isNote: boolean): void {
    this.write(session, text);
    this.write(noteOf(session), isNote && text ? "1" : "");
  }

  /** Put `text` before what is typed already. Where either is a note, all of it becomes one. */
  putBefore(session: string, text: string, isNote: boolean): void {
    const draft = this.read(session);
    this.put(session, draft ? `${text}\n${draft}` : text, isNote || this.isNote(session));
  }
}

function noteOf(session: string): string {
  return `${session}.note`;
}
