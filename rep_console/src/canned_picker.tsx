import { t } from "@deskside/browser/catalogue";
import type { Canned } from "./canned.ts";

interface PickerProps {
  readonly id: string;
  readonly found: readonly Canned[];
  readonly at: number;
  /** What the text would be, with everything filled in. */
  readonly preview: (canned: Canned) => string;
  /** Its language. */
  readonly spokenIn: (canned: Canned) => string;
  readonly point: (at: number) => void;
  readonly choose: (canned: Canned) => void;
}

/** The canned messages that fit what is typed after the slash, and how the chosen one would read. */
export function CannedPicker({ id, found, at, preview, spokenIn, point, choose }: PickerProps) {
  const current = found[at];
  return (
    <div className="picker">
      <ul
        className="picker-list"
        role="listbox"
        id={id}
        aria-label={t("Canned messages")}
        // It scrolls, also for who has no wheel.
        tabIndex={0}
      >
        {found.map((canned, index) => (
          <li
            key={canned.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            ref={(element) => {
              if (index === at) element?.scrollIntoView({ block: "nearest" });
            }}
            onPointerMove={() => point(index)}
            // Before the text loses the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(canned);
            }}
          >
            <span className="picker-title">{canned.title}</span>
            {canned.shortcut && <kbd>/{canned.shortcut}</kbd>}
            <span className="picker-path">{canned.path.join(" › ")}</span>
          </li>
        ))}
      </ul>
      {current ? (
        <p className="picker-preview" lang={spokenIn(current)}>
          {preview(current)}
        </p>
      ) : (
        <p className="panel-empty">{t("No canned message fits.")}</p>
      )}
    </div>
  );
}
