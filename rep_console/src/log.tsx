import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import { useRef } from "react";
import { customerOf } from "./customer.ts";
import { RefusedFiles } from "./file_card.tsx";
import { EntryLine, OwnLineView } from "./lines.tsx";
import { useBottom } from "./use_bottom.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface LogProps {
  readonly workplace: Workplace;
  readonly transcript: Transcript;
}

/** Everything said and done so far, the newest at the bottom. */
export function Log({ workplace, transcript }: LogProps) {
  const view = useStore(transcript.view);
  const box = useRef<HTMLDivElement>(null);
  const bottom = useBottom(box, transcript, view.entries.length + view.own.length);
  const customer = customerOf(view).name || t("The customer");
  const writing = view.writing.map((party) =>
    party === view.session.customer ? customer : (view.session.names[party] ?? ""),
  );
  return (
    <div className="log-frame">
      <div
        className="log"
        role="log"
        aria-label={t("Messages")}
        aria-relevant="additions"
        tabIndex={0}
        ref={box}
        onScroll={bottom.onScroll}
      >
        {view.entries.map((entry) => (
          <EntryLine
            key={entry.fact.place}
            entry={entry}
            view={view}
            workplace={workplace}
            customer={customer}
          />
        ))}
        {view.own.map((line) => (
          <OwnLineView
            key={line.id}
            line={line}
            remove={() => transcript.dismiss(line.id)}
            edit={view.session.state !== "ended" && (() => workplace.edit(transcript.id, line))}
          />
        ))}
        <RefusedFiles files={workplace.filesOf(transcript.id)} session={view.session} />
      </div>
      <p className="writing" aria-live="polite">
        {writing.length > 0 && t("{name} is writing…", { name: writing.join(", ") })}
      </p>
      {!bottom.isThere && (
        <Button className="newest" size="xs" radius="xl" variant="default" onClick={bottom.go}>
          {t("Newest messages")}
        </Button>
      )}
    </div>
  );
}
