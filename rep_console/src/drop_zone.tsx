import { t } from "@deskside/browser/catalogue";
import { filesOf } from "@deskside/browser/session_files";
import type { Transcript } from "@deskside/browser/transcript";
import { useState } from "react";
import type { DragEvent, ReactNode } from "react";
import { serves } from "./concerns.ts";
import type { Workplace } from "./workplace.ts";

interface DropZoneProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
  readonly children: ReactNode;
}

/** Takes files that are dropped anywhere on the conversation. */
export function DropZone({ workplace, transcript, children }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const canTake = (event: DragEvent) =>
    event.dataTransfer.types.includes("Files") &&
    serves(transcript.view.get().session, workplace.account.party);
  return (
    <div
      className="drop-zone"
      onDragOver={(event) => {
        if (!canTake(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!canTake(event)) return;
        event.preventDefault();
        workplace.sendFiles(transcript, filesOf(event.dataTransfer));
      }}
    >
      {children}
      {over && (
        <p className="drop-hint" aria-hidden="true">
          {t("Drop files here to send them")}
        </p>
      )}
    </div>
  );
}
