import { t } from "@deskside/browser/catalogue";
import type { NamedRep } from "@deskside/browser/contract";
import { Field } from "./field.tsx";

interface PickerProps {
  readonly reps: readonly NamedRep[];
  readonly team: string;
  readonly chosen: string;
  readonly choose: (rep: string) => void;
}

/** Who may be asked for by name about an issue of `team`; nothing where nobody may. */
export function RepPicker({ reps, team, chosen, choose }: PickerProps) {
  const there = reps.filter((each) => each.team === team);
  if (there.length === 0) return null;
  return (
    <Field label={t("Ask for someone")}>
      {(about) => (
        <select {...about} value={chosen} onChange={(e) => choose(e.currentTarget.value)}>
          <option value="">{t("Whoever is free")}</option>
          {there.map(({ rep, name }) => (
            <option key={rep} value={rep}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
