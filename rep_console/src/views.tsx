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
import { RecordingsView } from "./recordings_view.tsx";
import { ReviewsCount, ReviewsView } from "./reviews_view.tsx";
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
  /** What is pressed after G to get there. */
  readonly letter: string;
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
    letter: "s",
    label: () => t("Sessions"),
    icon: "sessions",
    View: SessionsView,
    roles: REPS,
  },
  {
    path: "board",
    letter: "b",
    label: () => t("Board"),
    icon: "board",
    View: BoardView,
    roles: ["lead"],
  },
  {
    path: "inbox",
    letter: "i",
    label: () => t("Inbox"),
    icon: "inbox",
    View: InboxView,
    roles: REPS,
    Mark: InboxCount,
  },
  {
    path: "history",
    letter: "h",
    label: () => t("History"),
    icon: "history",
    View: HistoryView,
    roles: ["rep", "lead", "admin"],
  },
  {
    path: "contacts",
    letter: "c",
    label: () => t("Contacts"),
    icon: "contacts",
    View: ContactsView,
    roles: REPS,
  },
  {
    path: "canned",
    letter: "m",
    label: () => t("Canned messages"),
    icon: "canned",
    View: CannedView,
    roles: ["rep", "lead", "admin"],
  },
  {
    path: "codes",
    letter: "d",
    label: () => t("Session codes"),
    icon: "code",
    View: CodesView,
    roles: REPS,
  },
  {
    path: "recordings",
    label: () => t("Recordings"),
    icon: "recordings",
    letter: "r",
    View: RecordingsView,
    roles: ["compliance"],
  },
  {
    path: "reviews",
    letter: "v",
    label: () => t("Reviews"),
    icon: "verdict",
    View: ReviewsView,
    roles: ["compliance"],
    Mark: ReviewsCount,
  },
  {
    path: "settings",
    letter: "e",
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
