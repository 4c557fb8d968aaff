import { plural, t } from "@deskside/browser/catalogue";
import { Button, Loader, Text } from "@mantine/core";
import type { Directory, DirectoryRep } from "./contacts.ts";
import { presenceText } from "./presence.tsx";

interface ColleaguesProps {
  readonly directory: Directory | null;
  readonly hasFailed: boolean;
  readonly without: readonly string[];
  readonly choose: (rep: string) => void;
}

/** Who could be asked, who has least to do first; who is not there stands below and cannot be. */
export function Colleagues({ directory, hasFailed, without, choose }: ColleaguesProps) {
  if (hasFailed) {
    return (
      <Text size="sm" role="alert">
        {t("The server cannot be reached. Please try again.")}
      </Text>
    );
  }
  if (!directory) return <Loader size="sm" aria-label={t("One moment…")} />;
  const others = directory.reps.filter(({ rep }) => !without.includes(rep));
  const there = others
    .filter(({ presence }) => presence === "available")
    .toSorted((one, other) => one.active - other.active);
  const gone = others.filter(({ presence }) => presence !== "available");
  const teamsOf = ({ teams }: DirectoryRep) =>
    directory.teams.filter(({ id }) => teams.includes(id)).map(({ name }) => name);
  return (
    <>
      {there.map((each) => (
        <Choice
          key={each.rep}
          name={each.name}
          about={teamsOf(each).join(", ")}
          detail={loadText(each.active)}
          choose={() => choose(each.rep)}
        />
      ))}
      {there.length === 0 && <Text size="sm">{t("No colleague is available right now.")}</Text>}
      {gone.length > 0 && (
        <ul className="colleagues-gone" aria-label={t("Not available")}>
          {gone.map(({ rep, name, presence }) => (
            <li key={rep}>
              <span>{name}</span> <span>{presenceText(presence)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function loadText(active: number): string {
  return active ? plural(active, "{count} session", "{count} sessions") : t("Free");
}

interface ChoiceProps {
  readonly name: string;
  readonly about?: string;
  readonly detail?: string;
  readonly disabled?: boolean;
  readonly choose: () => void;
}

/** One line of a list to choose from. */
export function Choice({ name, about, detail, disabled = false, choose }: ChoiceProps) {
  return (
    <Button
      className="choice"
      variant="default"
      fullWidth
      justify="space-between"
      disabled={disabled}
      rightSection={detail && <span className="choice-detail">{detail}</span>}
      onClick={choose}
    >
      {name}
      {about && <span className="choice-about">{about}</span>}
    </Button>
  );
}
