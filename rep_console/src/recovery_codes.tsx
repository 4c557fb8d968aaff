import { t } from "@deskside/browser/catalogue";
import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Icon } from "./icons.tsx";

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly done: () => void;
}

/** Recovery codes, the one time that they are shown. */
export function RecoveryCodes({ codes, done }: RecoveryCodesProps) {
  const [kept, setKept] = useState(false);
  const [copied, setCopied] = useState(false);
  const text = `${codes.join("\n")}\n`;

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  }

  return (
    <Stack>
      <Text size="sm">
        {t(
          "If you lose your device, each of these codes lets you in once. Keep them where nobody else finds them. They are not shown again.",
        )}
      </Text>
      <ol className="recovery-codes" aria-label={t("Recovery codes")}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Group gap="xs">
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="copy" />}
          onClick={() => void copy()}
        >
          {copied ? t("Copied") : t("Copy")}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="download" />}
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="deskside-recovery-codes.txt"
        >
          {t("Download")}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="print" />}
          onClick={() => print()}
        >
          {t("Print")}
        </Button>
      </Group>
      <Checkbox
        label={t("I have kept these codes.")}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button disabled={!kept} onClick={done}>
        {t("Done")}
      </Button>
    </Stack>
  );
}
