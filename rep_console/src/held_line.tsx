import { t } from "@deskside/browser/catalogue";
import type { OwnLine } from "@deskside/browser/transcript";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { CSSProperties } from "react";
import { Icon } from "./icons.tsx";
import { Words } from "./words.tsx";
import type { Workplace } from "./workplace.ts";

interface HeldProps {
  readonly line: OwnLine;
  readonly session: string;
  readonly workplace: Workplace;
}

/** A line that its author can still take back, with the time that is left for it. */
export function HeldLine({ line, session, workplace }: HeldProps) {
  const [left] = useState(() => Math.max(0, (line.until ?? 0) - Date.now()));
  return (
    <div className={line.note ? "line line-note line-held" : "line line-own line-held"}>
      <div className="bubble">
        <Words text={line.text} />
      </div>
      <p className="held-row">
        <Ring ms={left} />
        <Seconds until={line.until ?? 0} />
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<Icon name="undo" />}
          title="Alt+Z"
          onClick={() => void workplace.takeBack(session, line.id)}
        >
          {t("Undo")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => workplace.sendNow(session, line.id)}
        >
          {t("Send now")}
        </Button>
      </p>
    </div>
  );
}

/** Empties as the time goes by. */
function Ring({ ms }: { ms: number }) {
  const time = { "--ring": `${ms}ms` } as CSSProperties;
  return (
    <svg className="ring" viewBox="0 0 20 20" aria-hidden="true" style={time}>
      <circle className="ring-ground" cx="10" cy="10" r="8" />
      <circle className="ring-left" cx="10" cy="10" r="8" pathLength="1" />
    </svg>
  );
}

function Seconds({ until }: { until: number }) {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  });
  return <span>{t("Is sent in {seconds} s", { seconds })}</span>;
}
