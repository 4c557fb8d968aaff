import { t } from "@deskside/browser/catalogue";
import type { Link } from "@deskside/browser/link";
import type { SessionFiles } from "@deskside/browser/session_files";
import type { OwnLine, Transcript } from "@deskside/browser/transcript";
import { useRef } from "preact/hooks";
import { RefusedFiles } from "./file_line.tsx";
import { EntryLine, OwnLineView } from "./lines.tsx";
import { useBottom } from "./use_bottom.ts";
import { useStore } from "./use_store.ts";

interface ConversationProps {
  readonly link: Link;
  readonly transcript: Transcript;
  readonly organisation: string;
  readonly files: SessionFiles | null;
  readonly edit?: (line: OwnLine) => void;
}

/** Everything said and done so far, the newest at the bottom. */
export function Conversation(props: ConversationProps) {
  const { link, transcript, organisation, files, edit } = props;
  const view = useStore(transcript.view);
  const box = useRef<HTMLDivElement>(null);
  const bottom = useBottom(box, transcript, view.entries.length + view.own.length);
  const newestHold = view.entries.findLast(({ fact }) => fact.type === "held");
  const writing = view.writing.map((party) => view.session.names[party] ?? organisation);
  return (
    <div class="conversation-frame">
      <div
        class="conversation"
        role="log"
        aria-relevant="additions"
        aria-label={t("Conversation")}
        tabIndex={0}
        ref={box}
        onScroll={bottom.onScroll}
      >
        {view.entries.map((entry, index) =>
          // A place in the queue that holds no longer is not left standing.
          entry.fact.type === "held" && entry !== newestHold ? null : (
            <EntryLine
              key={entry.fact.place}
              entry={entry}
              before={view.entries[index - 1]}
              view={view}
              me={transcript.me}
              now={link.now()}
              organisation={organisation}
              files={files}
            />
          ),
        )}
        {view.own.map((line) => (
          <OwnLineView
            key={line.id}
            line={line}
            edit={edit && (() => edit(line))}
            remove={() => transcript.dismiss(line.id)}
          />
        ))}
        {files && <RefusedFiles files={files} session={view.session} />}
      </div>
      <p class="writing" aria-live="polite">
        {writing.length > 0 && (
          <>
            <span class="dots" aria-hidden="true" />
            {t("{name} is writing…", { name: writing.join(", ") })}
          </>
        )}
      </p>
      {!bottom.isThere && (
        <button class="button button-newest" onClick={bottom.go}>
          {t("Newest messages")}
        </button>
      )}
    </div>
  );
}
