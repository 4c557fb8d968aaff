/** Taking back a line that one has just sent: the button, and the seconds that are left for it. */
import { t } from "@deskside/browser/catalogue";
import type { Entry, View } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { Icon } from "./icons.tsx";
import { Ring } from "./ring.tsx";
import { undoableUntil } from "./undoable.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface UndoProps {
  readonly workplace: Workplace;
  readonly entry: Entry;
  readonly view: View;
}

/** Shown for as long as the line can be taken back, and not at all for any other. */
export function Undo({ workplace, entry, view }: UndoProps) {
  const { open } = useStore(workplace.link.state);
  const until = undoableUntil(entry, view, workplace.account.party);
  const [left] = useState(() => until - workplace.link.now());
  const [over, setOver] = useState(left <= 0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setOver(true), left);
    return () => clearTimeout(timer);
  }, [left]);
  if (over || !until) return null;
  return (
    <span className="undo">
      <Ring ms={left} of={view.session.rules.take_back_seconds * 1000} />
      <Button
        size="compact-xs"
        variant="light"
        leftSection={<Icon name="undo" />}
        title="Alt+Z"
        disabled={!open}
        onClick={() => void workplace.takeBack(view.session.id, entry)}
      >
        {t("Undo")}
      </Button>
    </span>
  );
}
