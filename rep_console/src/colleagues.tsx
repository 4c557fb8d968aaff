import { t } from "@deskside/browser/catalogue";
import { Button, Text } from "@mantine/core";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface ColleaguesProps {
  readonly workplace: Workplace;
  /** Those who are there already. */
  readonly without: readonly string[];
  readonly choose: (rep: string) => void;
}

/** The colleagues who are available now, to choose one of. */
export function Colleagues({ workplace, without, choose }: ColleaguesProps) {
  const { colleagues } = useStore(workplace.state);
  const there = Object.values(colleagues)
    .flat()
    .filter(({ rep, available }) => available && !without.includes(rep));
  // Somebody who serves two teams stands in both lists.
  const people = [...new Map(there.map((each) => [each.rep, each])).values()];
  return (
    <>
      {people.map(({ rep, name, active }) => (
        <Choice
          key={rep}
          name={name}
          detail={t("{count} active", { count: active })}
          choose={() => choose(rep)}
        />
      ))}
      {people.length === 0 && <Text size="sm">{t("No colleague is available right now.")}</Text>}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly detail?: string;
  readonly choose: () => void;
}

/** One line of a list to choose from. */
export function Choice({ name, detail, choose }: ChoiceProps) {
  return (
    <Button
      variant="default"
      fullWidth
      justify="space-between"
      rightSection={
        detail && (
          <Text span size="xs" c="dimmed">
            {detail}
          </Text>
        )
      }
      onClick={choose}
    >
      {name}
    </Button>
  );
}
