import { t } from "@deskside/browser/catalogue";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { byPath, findCanned } from "./canned.ts";
import type { Canned } from "./canned.ts";
import { CannedForm } from "./canned_form.tsx";
import { Icon } from "./icons.tsx";
import { go, hrefOf } from "./route.ts";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";

const NEW = "new";

/** The texts that are kept ready: found, written, changed and deleted. */
export function CannedView({ workplace, rest }: ViewProps) {
  const all = useStore(workplace.canned.all);
  const [typed, setTyped] = useState("");
  const found = typed ? findCanned(all, typed) : all.toSorted(byPath);
  const paths = [...new Set(found.map(pathOf))];
  const open = all.find(({ id }) => id === rest);
  return (
    <div className="master">
      <section className="master-list" aria-label={t("Canned messages")}>
        <div className="filters">
          <TextInput
            aria-label={t("Search")}
            placeholder={t("Search")}
            leftSection={<Icon name="search" />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button size="sm" leftSection={<Icon name="plus" />} onClick={() => go("canned", NEW)}>
            {t("New canned message")}
          </Button>
        </div>
        <div className="cards">
          {paths.map((path) => (
            <section key={path}>
              <h2 className="canned-path">{path || t("Without a category")}</h2>
              <ul>
                {found
                  .filter((each) => pathOf(each) === path)
                  .map((each) => (
                    <li key={each.id}>
                      <CannedCard canned={each} isOpen={each.id === rest} />
                    </li>
                  ))}
              </ul>
            </section>
          ))}
          {all.length > 0 && found.length === 0 && (
            <p className="panel-empty">{t("Nothing found.")}</p>
          )}
        </div>
      </section>
      {open || rest === NEW ? (
        <CannedForm key={`${rest} ${open?.version ?? 0}`} workplace={workplace} canned={open} />
      ) : (
        <div className="nothing-open">
          {t("Choose a message to change it, or write a new one.")}
        </div>
      )}
    </div>
  );
}

function CannedCard({ canned, isOpen }: { canned: Canned; isOpen: boolean }) {
  return (
    <a
      className="past"
      href={hrefOf("canned", canned.id)}
      aria-current={isOpen ? "true" : undefined}
    >
      <span className="session-words">
        <span className="session-name">{canned.title}</span>
        <span className="session-last">
          {[scopeText(canned), Object.keys(canned.texts).join(", ").toUpperCase()].join(" · ")}
        </span>
      </span>
      {canned.shortcut && <kbd className="past-time">/{canned.shortcut}</kbd>}
    </a>
  );
}

function pathOf({ path }: Canned): string {
  return path.join(" › ");
}

export function scopeText({ scope }: Pick<Canned, "scope">): string {
  if (scope === "personal") return t("Only mine");
  return scope === "team" ? t("Team") : t("For all");
}
