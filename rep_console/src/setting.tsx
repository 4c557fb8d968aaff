import { useId } from "react";
import type { ReactNode } from "react";

interface GroupProps {
  readonly title: string;
  readonly about?: string;
  readonly children: ReactNode;
}

/** Settings that belong together. */
export function SettingsGroup({ title, about, children }: GroupProps) {
  return (
    <section className="settings-group" aria-label={title}>
      <h2 className="settings-title">{title}</h2>
      {about && <p className="settings-about">{about}</p>}
      {children}
    </section>
  );
}

interface SettingProps {
  readonly name: string;
  readonly about?: string;
  /** Draws what changes it, named by the element with this id. */
  readonly children: (id: string) => ReactNode;
}

/** One setting: what it is called, and what changes it. */
export function Setting({ name, about, children }: SettingProps) {
  const id = useId();
  return (
    <div className="setting">
      <div className="setting-words">
        <span id={id}>{name}</span>
        {about && <span className="setting-about">{about}</span>}
      </div>
      {children(id)}
    </div>
  );
}
