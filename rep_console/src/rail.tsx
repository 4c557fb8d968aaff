import { t } from "@deskside/browser/catalogue";
import { Icon } from "./icons.tsx";
import { Mark } from "./mark.tsx";
import { hrefOf } from "./route.ts";
import type { ViewRow } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

interface RailProps {
  readonly workplace: Workplace;
  readonly views: readonly ViewRow[];
  readonly current: ViewRow | undefined;
}

/** The navigation at the side: links, so that a view also opens in a window of its own. */
export function Rail({ workplace, views, current }: RailProps) {
  return (
    <nav className="rail" aria-label={t("Areas")}>
      <Mark />
      <ul>
        {views.map((view) => (
          <li key={view.path}>
            <a href={hrefOf(view.path)} aria-current={view === current ? "page" : undefined}>
              <Icon name={view.icon} />
              <span className="rail-label">{view.label()}</span>
              {view.Mark && <view.Mark workplace={workplace} />}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
