import { language, plural, t } from "@deskside/browser/catalogue";
import { sizeText } from "@deskside/browser/file_texts";
import { Progress } from "@mantine/core";
import type { ReactNode } from "react";
import type { Known } from "./computer.ts";

const DAY_SECONDS = 86_400;
/** A disk with less room than this is worth a colour. */
const FULL = 0.9;

/** What a computer is made of. All of it comes from strangers: text, no more. */
export function ComputerPanel({ system }: { readonly system: Known }) {
  const { memory, memory_free: free } = system;
  return (
    <div className="computer">
      <dl>
        <Row name={t("System")}>{joined(system.system, system.kernel)}</Row>
        <Row name={t("Computer")}>{joined(system.computer, system.account)}</Row>
        <Row name={t("Desktop")}>{joined(system.desktop, system.language, system.zone)}</Row>
        <Row name={t("Processor")}>
          {joined(system.processor, system.cores > 0 && coresText(system.cores))}
        </Row>
        <Row name={t("Load")}>{system.cores > 0 && percent(system.load / 100 / system.cores)}</Row>
        <Row name={t("Running for")}>{system.up_seconds > 0 && lengthText(system.up_seconds)}</Row>
        <Row name={t("Memory")}>
          {memory > 0 && <Filled name={t("Memory")} size={memory} free={free} />}
        </Row>
        {system.disks.map((disk) => (
          <Row key={disk.name} name={t("Disk {name}", { name: disk.name })}>
            <Filled name={disk.name} size={disk.size} free={disk.free} />
          </Row>
        ))}
        <Row name={t("Monitors")}>
          <Listed
            texts={system.monitors.map(({ name, width, height }) => `${name} ${width} × ${height}`)}
          />
        </Row>
        <Row name={t("Networks")}>
          <Listed texts={system.networks.map(({ name, address }) => joined(name, address))} />
        </Row>
      </dl>
      {system.programs.length > 0 && <Programs system={system} />}
    </div>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface FilledProps {
  readonly name: string;
  readonly size: number;
  readonly free: number;
}

/** How full something is, in a bar and in words. */
function Filled({ name, size, free }: FilledProps) {
  const used = size > 0 ? 1 - free / size : 0;
  const words = t("{free} of {size} free", { free: sizeText(free), size: sizeText(size) });
  return (
    <>
      {words}
      <Progress
        value={used * 100}
        size="sm"
        aria-label={t("{name}: {share} used", { name, share: percent(used) })}
        {...(used > FULL && { color: "red" })}
      />
    </>
  );
}

function Listed({ texts }: { readonly texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function Programs({ system }: { readonly system: Known }) {
  return (
    <details>
      <summary>{t("Programs that hold the most memory")}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("Program")}</th>
            <th scope="col">{t("Running")}</th>
            <th scope="col">{t("Memory")}</th>
          </tr>
        </thead>
        <tbody>
          {system.programs.map(({ name, count, memory }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{count}</td>
              <td>{sizeText(memory)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function joined(...texts: readonly (string | false | undefined)[]): string {
  return texts.filter(Boolean).join(" · ");
}

function coresText(count: number): string {
  return plural(count, "{count} core", "{count} cores");
}

function percent(share: number): string {
  const format = { style: "percent", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(language(), format).format(share);
}

function lengthText(seconds: number): string {
  const days = Math.floor(seconds / DAY_SECONDS);
  if (days > 0) return plural(days, "{count} day", "{count} days");
  const hours = Math.floor(seconds / 3600);
  if (hours > 0) return plural(hours, "{count} hour", "{count} hours");
  return plural(Math.max(1, Math.floor(seconds / 60)), "{count} minute", "{count} minutes");
}
