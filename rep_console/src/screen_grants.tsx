import { t } from "@deskside/browser/catalogue";
import type { Grant, Session, Tool } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { Button, Popover } from "@mantine/core";
import { Icon } from "./icons.tsx";
import { SOON_MS, rightsOf, toolsForControl } from "./screen_rights.ts";
import { TOOLS, toolText } from "./screen_words.ts";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface GrantsProps {
  readonly workplace: Workplace;
  readonly session: Session;
}

/** What the customer has allowed, for how long still, and what else may be asked for. */
export function ScreenGrants({ workplace, session }: GrantsProps) {
  const { open } = useStore(workplace.link.state);
  const now = useNow(workplace.link);
  const rights = rightsOf(session, workplace.account.party);
  const { mine } = rights;
  const soonest = Math.min(...mine.map(({ until }) => until));
  const isSoon = soonest - now < SOON_MS;
  const disabled = !open || session.prompt !== null;
  const ask = (tools: readonly Tool[]) =>
    void workplace.ask({ type: "request_grants", session: session.id, tools });
  return (
    <Popover position="bottom-end" withinPortal={false} trapFocus>
      <Popover.Target>
        <Button
          className={isSoon ? "action action-soon" : "action"}
          variant="subtle"
          size="compact-sm"
          leftSection={<Icon name="check" />}
        >
          {t("Permissions")}
          {mine.length > 0 && (
            <span className="grants-time" aria-hidden="true">
              {stopwatch(soonest - now)}
            </span>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="grants" aria-label={t("Permissions")}>
        <ul>
          {TOOLS.map((tool) => (
            <GrantRow
              key={tool}
              tool={tool}
              grant={mine.find((each) => each.tool === tool)}
              now={now}
              disabled={disabled}
              ask={() => ask(tool === "control" ? toolsForControl(rights) : [tool])}
            />
          ))}
        </ul>
        {mine.length > 0 && (
          <Button
            variant={isSoon ? "filled" : "default"}
            size="compact-sm"
            disabled={disabled}
            onClick={() => ask(mine.map(({ tool }) => tool))}
          >
            {t("Ask for all of these for longer")}
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface RowProps {
  readonly tool: Tool;
  readonly grant: Grant | undefined;
  readonly now: number;
  readonly disabled: boolean;
  readonly ask: () => void;
}

function GrantRow({ tool, grant, now, disabled, ask }: RowProps) {
  return (
    <li className={grant ? "grant grant-given" : "grant"}>
      <span>{toolText(tool)}</span>
      {grant ? (
        <span className="grant-left">
          {t("{time} left", { time: stopwatch(grant.until - now) })}
        </span>
      ) : (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={t("Ask for: {tool}", { tool: toolText(tool) })}
          disabled={disabled}
          onClick={ask}
        >
          {t("Ask")}
        </Button>
      )}
    </li>
  );
}
