/**
 * Every view of the console: one line each. A view is a component; the navigation, its address
 * (`/console#/path`) and the command palette follow from the line.
 */
import type { Account } from "@deskside/browser/api";
import { t } from "@deskside/browser/catalogue";
import type { ComponentType } from "react";
import type { IconName } from "./icons.tsx";
import { BoardView } from "./board_view.tsx";
import { InboxCount, InboxView } from "./inbox_view.tsx";
import type { Preferences } from "./preferences.ts";
import { CannedView } from "./canned_view.tsx";
import { CodesView } from "./codes_view.tsx";
import { ContactsView } from "./contacts_view.tsx";
import { HistoryView } from "./history_view.tsx";
import { SessionsView } from "./sessions_view.tsx";
import { SettingsView } from "./settings_view.tsx";
import type { Workplace } from "./workplace.ts";

export interface ViewProps {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  /** What the address says after the view's path, such as an id. */
  readonly rest: string;
}

export interface ViewRow {
  readonly path: string;
  readonly label: () => string;
  readonly icon: IconName;
  readonly View: ComponentType<ViewProps>;
  readonly roles: readonly Account["role"][];
  /** Shown beside the label, such as a count. */
  readonly Mark?: ComponentType<{ workplace: Workplace }>;
}

const REPS = ["rep", "lead"] as const;
const STAFF = ["rep", "lead", "admin", "compliance"] as const;

const ROWS: readonly ViewRow[] = [
  {
    path: "sessions",
    label: () => t("Sessions"),
    icon: "sessions",
    View: SessionsView,
    roles: REPS,
  },
  {
    path: "board",
    label: () => t("Board"),
    icon: "board",
    View: BoardView,
    roles: ["lead"],
  },
  {
    path: "inbox",
    label: () => t("Inbox"),
    icon: "inbox",
    View: InboxView,
    roles: REPS,
    Mark: InboxCount,
  },
  {
    path: "history",
    label: () => t("History"),
    icon: "history",
    View: HistoryView,
    roles: ["rep", "lead", "admin"],
  },
  {
    path: "contacts",
    label: () => t("Contacts"),
    icon: "contacts",
    View: ContactsView,
    roles: REPS,
  },
  {
    path: "canned",
    label: () => t("Canned messages"),
    icon: "canned",
    View: CannedView,
    roles: ["rep", "lead", "admin"],
  },
  {
    path: "codes",
    label: () => t("Session codes"),
    icon: "code",
    View: CodesView,
    roles: REPS,
  },
  {
    path: "settings",
    label: () => t("Settings"),
    icon: "settings",
    View: SettingsView,
    roles: STAFF,
  },
];

/** Return the views of `role`, in the order of the navigation; there is always one. */
export function viewsOf(role: Account["role"]): readonly ViewRow[] {
  return ROWS.filter(({ roles }) => roles.includes(role));
}
