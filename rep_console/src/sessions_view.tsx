import { t } from "@deskside/browser/catalogue";
import { useEffect, useRef } from "react";
import type { CSSProperties } from "react";
import { ConversationRegion } from "./conversation_region.tsx";
import { CustomerFacts } from "./customer_facts.tsx";
import { MySessions } from "./my_sessions.tsx";
import { LAYOUT } from "./preferences.ts";
import { QueueRegion } from "./queue_region.tsx";
import { go } from "./route.ts";
import { ScreenRegion } from "./screen_region.tsx";
import { Splitter } from "./splitter.tsx";
import { useHasScreen, useIsRoomy } from "./use_has_screen.ts";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";

/** Who waits, whom one serves, the conversation that is open, and what is known of the customer. */
export function SessionsView({ workplace, preferences, rest }: ViewProps) {
  const { mine, chosen } = useStore(workplace.state);
  const layout = useStore(preferences.layout);
  const lists = useRef<HTMLDivElement>(null);
  const open = mine.find(({ id }) => id === chosen);
  const hasScreen = useHasScreen(open, workplace.account.party);
  const isRoomy = useIsRoomy();
  const isWide = hasScreen && layout.widePicture;
  const showsFacts =
    layout.showsFacts && open !== undefined && (!hasScreen || (isRoomy && !isWide));
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
    "--chat": `${layout.chat / 16}rem`,
  } as CSSProperties;
  return (
    <div className={classes("work", { facts: showsFacts, wide: isWide })} style={sizes}>
      <div className="lists" ref={lists} hidden={isWide}>
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
        hidden={isWide}
        label={t("Width of the lists")}
        axis="x"
        value={layout.lists}
        least={250}
        most={460}
        perPixel={() => 1}
        change={(width) => keep({ lists: width })}
        reset={() => keep({ lists: LAYOUT.lists })}
      />
      <div className={classes("desk", { screen: hasScreen })}>
        {hasScreen && open && (
          <ScreenRegion
            key={open.id}
            workplace={workplace}
            preferences={preferences}
            transcript={open}
          />
        )}
        {hasScreen && (
          <Splitter
            label={t("Width of the conversation")}
            axis="x"
            value={layout.chat}
            least={280}
            most={700}
            perPixel={() => -1}
            change={(width) => keep({ chat: width })}
            reset={() => keep({ chat: LAYOUT.chat })}
          />
        )}
        <ConversationRegion workplace={workplace} transcript={open} preferences={preferences} />
      </div>
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

/** Return the class `name`, and those of its variants that hold. */
function classes(name: string, variants: Readonly<Record<string, boolean>>): string {
  const holding = Object.keys(variants).filter((each) => variants[each]);
  return [name, ...holding.map((each) => `${name}-with-${each}`)].join(" ");
}
