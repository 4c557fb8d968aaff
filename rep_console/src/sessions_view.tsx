import { t } from "@deskside/browser/catalogue";
import { useEffect, useRef } from "react";
import type { CSSProperties } from "react";
import { ConversationRegion } from "./conversation_region.tsx";
import { CustomerFacts } from "./customer_facts.tsx";
import { MySessions } from "./my_sessions.tsx";
import { LAYOUT } from "./preferences.ts";
import { QueueRegion } from "./queue_region.tsx";
import { go } from "./route.ts";
import { Splitter } from "./splitter.tsx";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";

/** Who waits, whom one serves, the conversation that is open, and what is known of the customer. */
export function SessionsView({ workplace, preferences, rest }: ViewProps) {
  const { mine, chosen } = useStore(workplace.state);
  const layout = useStore(preferences.layout);
  const lists = useRef<HTMLDivElement>(null);
  const open = mine.find(({ id }) => id === chosen);
  const showsFacts = layout.showsFacts && open !== undefined;
  const keep = (change: Partial<typeof LAYOUT>) => preferences.layout.patch(change);

  // The address follows what is chosen, and what is chosen follows the back button.
  useEffect(() => {
    if (rest) workplace.choose(rest);
  }, [workplace, rest]);
  useEffect(() => {
    if (chosen) go("sessions", chosen);
  }, [chosen]);

  const sizes = {
    "--lists": `${layout.lists / 16}rem`,
    "--facts": `${layout.facts / 16}rem`,
    "--queue": `${layout.queue}%`,
  } as CSSProperties;
  return (
    <div className={showsFacts ? "work work-with-facts" : "work"} style={sizes}>
      <div className="lists" ref={lists}>
        <QueueRegion workplace={workplace} />
        <Splitter
          label={t("Height of the queue")}
          axis="y"
          value={layout.queue}
          least={15}
          most={75}
          perPixel={() => 100 / (lists.current?.clientHeight ?? 600)}
          change={(queue) => keep({ queue })}
          reset={() => keep({ queue: LAYOUT.queue })}
        />
        <MySessions workplace={workplace} open={open} />
      </div>
      <Splitter
        label={t("Width of the lists")}
        axis="x"
        value={layout.lists}
        least={250}
        most={460}
        perPixel={() => 1}
        change={(width) => keep({ lists: width })}
        reset={() => keep({ lists: LAYOUT.lists })}
      />
      <ConversationRegion workplace={workplace} transcript={open} preferences={preferences} />
      {showsFacts && (
        <>
          <Splitter
            label={t("Width of the customer's details")}
            axis="x"
            value={layout.facts}
            least={210}
            most={460}
            perPixel={() => -1}
            change={(width) => keep({ facts: width })}
            reset={() => keep({ facts: LAYOUT.facts })}
          />
          <CustomerFacts workplace={workplace} preferences={preferences} transcript={open} />
        </>
      )}
    </div>
  );
}
