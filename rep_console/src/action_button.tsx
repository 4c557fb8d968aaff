import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";
import { KeyCaps } from "./key_caps.tsx";

interface ActionProps {
  readonly icon: IconName;
  readonly label: string;
  /** The key that does it, too. */
  readonly keys?: string;
  /** Which keep their words longest where room gets scarce, the most wanted first. */
  readonly rank: 1 | 2 | 3;
  readonly disabled: boolean;
  /** Why it is disabled, where that is not plain to see. */
  readonly why?: string | undefined;
  readonly run: () => void;
  readonly isGrave?: boolean;
}

/**
 * What can be done with the open session. Where there is no room for its words they come up below
 * it, for whoever points at it or comes by with the keyboard; its name is always the same.
 */
export function ActionButton(props: ActionProps) {
  const { icon, label, keys = "", rank, disabled, why, run, isGrave } = props;
  return (
    <button
      type="button"
      className={isGrave ? "tool tool-grave" : "tool"}
      data-rank={rank}
      disabled={disabled}
      title={why}
      onClick={run}
    >
      <Icon name={icon} />
      <span className="tool-words">
        {label}
        <span className="tool-keys" aria-hidden="true">
          <KeyCaps keys={keys} />
        </span>
      </span>
    </button>
  );
}
