import { t } from "@deskside/browser/catalogue";
import type { Transcript } from "@deskside/browser/transcript";
import { useEffect } from "react";
import { SessionCard } from "./session_card.tsx";
import { useMyOrder } from "./use_my_order.ts";
import type { Workplace } from "./workplace.ts";

interface MySessionsProps {
  readonly workplace: Workplace;
  readonly open: Transcript | undefined;
}

/** The sessions the rep serves or is offered, and those that ended a moment ago. */
export function MySessions({ workplace, open }: MySessionsProps) {
  const { list } = workplace;
  const order = useMyOrder(workplace);
  // A pointer does not leave what is taken away from under it.
  useEffect(() => () => list.hold("pointer", false), [list]);
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
        onPointerEnter={() => list.hold("pointer", true)}
        onPointerLeave={() => list.hold("pointer", false)}
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
