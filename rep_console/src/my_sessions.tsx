import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { useState } from "react";
import { SessionCard } from "./session_card.tsx";
import { useMyOrder } from "./use_my_order.ts";
import type { Workplace } from "./workplace.ts";

interface MySessionsProps {
  readonly workplace: Workplace;
  readonly open: Transcript | undefined;
}

/** The sessions the rep serves or is offered, and those that ended a moment ago. */
export function MySessions({ workplace, open }: MySessionsProps) {
  // Nothing moves away from under a pointer that is about to click.
  const [isPointedAt, setPointedAt] = useState(false);
  const order = useMyOrder(workplace, isPointedAt);
  return (
    <section className="panel panel-mine" aria-label={t("My sessions")}>
      <h2 className="panel-title">
        {t("My sessions")}
        {order.length > 0 && <span className="panel-count">{order.length}</span>}
      </h2>
      {order.length === 0 && (
        <p className="panel-empty">{t("Accept somebody from the queue to begin.")}</p>
      )}
      <ul
        className="cards"
        onPointerEnter={() => setPointedAt(true)}
        onPointerLeave={() => setPointedAt(false)}
      >
        {order.map((transcript, index) => (
          <SessionCard
            key={transcript.id}
            workplace={workplace}
            transcript={transcript}
            number={index + 1}
            isOpen={transcript === open}
          />
        ))}
      </ul>
    </section>
  );
}
