import { t } from "@deskside/browser/catalogue";
import { timeOfDay } from "@deskside/browser/times";
import { Button } from "@mantine/core";
import type { Idleness } from "./idleness.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface BannerProps {
  readonly workplace: Workplace;
  readonly idleness: Idleness;
}

/** Says that one is away, and after coming back from when to when one was. */
export function AwayBanner({ workplace, idleness }: BannerProps) {
  const { since, until } = useStore(idleness.away);
  const { available } = useStore(workplace.state);
  const now = workplace.link.now();
  const isShown = since > 0 && available === true;
  return (
    <div className="banner" role="status">
      {isShown && (
        <div className="hint banner-hint">
          <p>
            {until
              ? t("You were away from {from} to {until} and take sessions again.", {
                  from: timeOfDay(since, now),
                  until: timeOfDay(until, now),
                })
              : t("You have been away since {time}. Nobody is offered to you until you are back.", {
                  time: timeOfDay(since, now),
                })}
          </p>
          <Button size="compact-xs" variant="default" onClick={() => idleness.dismiss()}>
            {until ? t("Understood") : t("I am back")}
          </Button>
        </div>
      )}
    </div>
  );
}
