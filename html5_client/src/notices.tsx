import type { NoticeText } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import type { Answer } from "@deskside/browser/outbox";
import type { Entry } from "@deskside/browser/transcript";
import { useId, useState } from "preact/hooks";
import { Words } from "./words.tsx";

interface NoticesProps {
  readonly notices: readonly NoticeText[];
  /** Leaves because of one, where there is something to leave. */
  readonly leave?: (notice: string) => Promise<Answer>;
}

/** Problems that are known already, so that nobody need wait to report them. */
export function Notices({ notices, leave }: NoticesProps) {
  const [leaving, setLeaving] = useState(false);
  const id = useId();
  const go = (notice: string) => {
    setLeaving(true);
    void leave?.(notice).then(() => setLeaving(false));
  };
  return (
    <div class="known" role="group" aria-label={t("Known problems")} aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} class="known-problem">
          <div id={`${id}-${notice.id}`}>
            <Words text={notice.text} />
          </div>
          {leave && (
            <button
              class="button"
              type="button"
              aria-describedby={`${id}-${notice.id}`}
              disabled={leaving}
              onClick={() => go(notice.id)}
            >
              {t("Leave because of this")}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** Return what is shown to all, and what was pushed into this session, the last words of each. */
export function knownNotices(shown: readonly NoticeText[], entries: readonly Entry[]) {
  const known = new Map(shown.map((notice) => [notice.id, notice]));
  for (const { fact } of entries) {
    if (fact.type === "noticed") known.set(fact.notice, { id: fact.notice, text: fact.text });
  }
  return [...known.values()];
}

/** Return the words of the notice because of which the session ended, if they are still known. */
export function noticeLeftOn(shown: readonly NoticeText[], entries: readonly Entry[]): string {
  const ended = entries.find(({ fact }) => fact.type === "ended")?.fact;
  const left = ended?.type === "ended" ? ended.notice : "";
  return knownNotices(shown, entries).find(({ id }) => id === left)?.text ?? "";
}
