import { plural, t } from "@deskside/browser/catalogue";
import { Button, Loader, TextInput } from "@mantine/core";
import { useState } from "react";
import { Avatar } from "./avatar.tsx";
import type { DirectoryRep } from "./contacts.ts";
import { Icon } from "./icons.tsx";
import { PresenceDot, presenceText } from "./presence.tsx";
import { useDirectory } from "./use_directory.ts";
import type { Workplace } from "./workplace.ts";

/** Who works here, team by team: whether they are there, and how much they have to do. */
export function DirectoryList({ workplace }: { workplace: Workplace }) {
  const { directory, hasFailed, again } = useDirectory(workplace);
  const [words, setWords] = useState("");

  const wanted = words.trim().toLocaleLowerCase();
  const reps = (directory?.reps ?? []).filter(({ name }) =>
    name.toLocaleLowerCase().includes(wanted),
  );
  const teams = (directory?.teams ?? []).map((team) => ({
    ...team,
    reps: reps.filter((rep) => rep.teams.includes(team.id)),
  }));
  return (
    <>
      <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <TextInput
          aria-label={t("Search")}
          placeholder={t("Search colleagues…")}
          leftSection={<Icon name="search" />}
          maxLength={120}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </form>
      {!directory && !hasFailed && (
        <Loader className="past-loading" size="sm" aria-label={t("One moment…")} />
      )}
      {hasFailed && (
        <div className="panel-empty" role="alert">
          <p>{t("The server cannot be reached. Please try again.")}</p>
          <Button variant="default" size="xs" onClick={again}>
            {t("Try again")}
          </Button>
        </div>
      )}
      {directory && reps.length === 0 && (
        <p className="panel-empty" role="status">
          {t("Nobody of that name.")}
        </p>
      )}
      <div className="cards">
        {teams
          .filter((team) => team.reps.length > 0)
          .map((team) => (
            <section key={team.id} aria-label={team.name}>
              <h2 className="directory-team">{team.name}</h2>
              <ul>
                {team.reps.map((rep) => (
                  <li key={rep.rep}>
                    <Row rep={rep} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </>
  );
}

function Row({ rep }: { rep: DirectoryRep }) {
  return (
    <div className="directory-rep">
      <Avatar name={rep.name} hue={220} />
      <span className="session-words">
        <span className="session-name">{rep.name}</span>
        <span className="session-last">{rep.role === "lead" ? t("Lead") : t("Rep")}</span>
      </span>
      <span className="directory-side">
        <span className="directory-presence">
          <PresenceDot presence={rep.presence} />
          {presenceText(rep.presence)}
        </span>
        {rep.active > 0 && (
          <span className="directory-load">
            {plural(rep.active, "{count} session", "{count} sessions")}
          </span>
        )}
      </span>
    </div>
  );
}
