import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { filesOf } from "@deskside/browser/session_files";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

interface AttachProps {
  readonly visit: Visit;
  readonly transcript: Transcript;
}

/** The button that lets one choose files to send. */
export function AttachButton({ visit, transcript }: AttachProps) {
  const { session } = useStore(transcript.view);
  const input = useRef<HTMLInputElement>(null);
  if (session.state !== "talking") return null;
  return (
    <>
      <input
        type="file"
        multiple
        hidden
        tabIndex={-1}
        ref={input}
        onChange={(event) => {
          visit.sendFiles([...(event.currentTarget.files ?? [])]);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <button
        class="button button-quiet button-emoji"
        type="button"
        aria-label={t("Attach file")}
        title={t("Attach file")}
        onClick={() => input.current?.click()}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="m16.300 9.300-6.400 6.400a3.600 3.600 0 0 1-5.100-5.100l6.700-6.700a2.400 2.400 0 0 1 3.400 3.400l-6.500 6.500a1.200 1.200 0 0 1-1.700-1.700l5.800-5.800" />
        </svg>
      </button>
    </>
  );
}

/** Takes files that are dropped anywhere on the conversation. */
export function DropZone(props: AttachProps & { children: ComponentChildren }) {
  const { visit, transcript, children } = props;
  const { session } = useStore(transcript.view);
  const [over, setOver] = useState(false);
  const canTake = (event: DragEvent) =>
    session.state === "talking" && Boolean(event.dataTransfer?.types.includes("Files"));
  return (
    <div
      class="drop-zone"
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
        visit.sendFiles(filesOf(event.dataTransfer));
      }}
    >
      {children}
      {over && (
        <p class="drop-hint" aria-hidden="true">
          {t("Drop files here to send them")}
        </p>
      )}
    </div>
  );
}
