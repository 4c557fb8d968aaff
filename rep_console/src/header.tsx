import { t } from "@deskside/browser/catalogue";
import { Button, Switch } from "@mantine/core";
import { Icon } from "./icons.tsx";
import { KeyCaps } from "./key_caps.tsx";
import { TeamPresence } from "./team_presence.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface HeaderProps {
  readonly workplace: Workplace;
  readonly title: string;
  readonly find: () => void;
  readonly leave: () => void;
}

/** Who is here, whether they take sessions, and the way out. */
export function Header({ workplace, title, find, leave }: HeaderProps) {
  const { available } = useStore(workplace.state);
  const { open } = useStore(workplace.link.state);
  return (
    <header className="header">
      <h1 className="header-title">{title}</h1>
      <button className="header-find" aria-haspopup="dialog" onClick={find}>
        <Icon name="search" />
        <span>{t("What do you want to do?")}</span>
        <KeyCaps keys="Ctrl+K" />
      </button>
      <div className="header-end">
        {workplace.takesSessions && <TeamPresence workplace={workplace} />}
        {available !== null && (
          <Switch
            label={t("Available")}
            checked={available}
            disabled={!open}
            onChange={(event) => workplace.setAvailable(event.currentTarget.checked)}
          />
        )}
        <span className="who">{workplace.account.name}</span>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<Icon name="sign_out" />}
          onClick={leave}
        >
          {t("Sign out")}
        </Button>
      </div>
    </header>
  );
}
