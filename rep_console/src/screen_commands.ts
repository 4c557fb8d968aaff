/** What can be done with a customer's screen from the keyboard. */
import { t } from "@deskside/browser/catalogue";
import type { Session, Tool } from "@deskside/browser/contract";
import type { Command, CommandParts } from "./commands.ts";
import { rightsOf, toolsForControl } from "./screen_rights.ts";

/** Return what can be done with the screen of `session`, as far as it is possible for a rep who
 * `takesPart` in it. */
export function screenCommands(
  { workplace, preferences }: Pick<CommandParts, "workplace" | "preferences">,
  session: Session,
  takesPart: boolean,
): Omit<Command, "group">[] {
  const rights = rightsOf(session, workplace.account.party);
  const { screens } = workplace;
  const ask = (tools: readonly Tool[]) => () =>
    void workplace.ask({ type: "request_grants", session: session.id, tools });
  const isWatched = rights.view !== undefined && session.sharing !== "";
  const isWhole = screens.scaleOf(session.id) === "whole";
  const { widePicture } = preferences.layout.get();
  const isWatching = takesPart && isWatched;
  return [
    {
      id: "request screen",
      label: t("Request screen"),
      icon: "device",
      keys: ["Alt+G"],
      isPossible: takesPart && !rights.view,
      run: ask(["view"]),
    },
    rights.control
      ? {
          id: "release control",
          label: t("Release control"),
          icon: "pointer",
          keys: ["Alt+C"],
          isPossible: takesPart,
          run: () => void workplace.ask({ type: "release", session: session.id, tool: "control" }),
        }
      : {
          id: "request control",
          label: t("Request control"),
          icon: "pointer",
          keys: ["Alt+C"],
          isPossible: takesPart,
          run: ask(toolsForControl(rights)),
        },
    {
      id: "scale",
      label: isWhole ? t("Fit the picture") : t("Picture at 100 %"),
      icon: isWhole ? "fit" : "whole",
      keys: ["Alt+Y"],
      isPossible: isWatching,
      run: () => screens.scale(session.id, isWhole ? "fit" : "whole"),
    },
    {
      id: "pop out",
      label: t("Picture in a window of its own"),
      icon: "pop_out",
      keys: ["Alt+O"],
      isPossible: isWatching,
      run: () => screens.popOut(session.id),
    },
    {
      id: "wide picture",
      label: widePicture ? t("Show the lists") : t("Hide the lists"),
      icon: "panel",
      keys: ["Alt+L"],
      isPossible: takesPart && rights.open,
      run: () => preferences.layout.patch({ widePicture: !widePicture }),
    },
  ];
}
