import { removePhoto, sendPhoto } from "@deskside/browser/accounts";
import { t } from "@deskside/browser/catalogue";
import { Alert, Button, FileButton, Group } from "@mantine/core";
import { useState } from "react";
import { callText } from "./call_text.ts";
import { Dialog } from "./dialog.tsx";
import { PhotoCrop } from "./photo_crop.tsx";
import { Setting, SettingsGroup } from "./setting.tsx";
import type { Workplace } from "./workplace.ts";

/** One's own photo, which customers see beside one's name. */
export function PhotoSettings({ workplace }: { workplace: Workplace }) {
  const [picture, setPicture] = useState<File | null>(null);
  const [version, setVersion] = useState("");
  const [has, setHas] = useState(true);
  const [error, setError] = useState("");
  const address = `/v1/reps/${workplace.account.party}/photo`;

  async function send(cropped: Blob): Promise<void> {
    setVersion(await sendPhoto(cropped));
    setHas(true);
    setPicture(null);
  }

  function remove(): void {
    setError("");
    removePhoto().then(
      () => setHas(false),
      (fault: unknown) => setError(callText(fault)),
    );
  }

  return (
    <SettingsGroup title={t("Your photo")}>
      {error && (
        <Alert color="red" role="alert" mt="sm">
          {error}
        </Alert>
      )}
      <Setting
        name={workplace.account.name}
        about={t("Customers see it beside your name. It takes a few minutes to change everywhere.")}
      >
        {() => (
          <Group>
            {has && (
              <img
                className="photo"
                key={version}
                src={version ? `${address}?v=${version}` : address}
                alt={t("Your photo")}
                // There is none: the broker answers with nothing.
                onError={() => setHas(false)}
              />
            )}
            <FileButton accept="image/png,image/jpeg,image/webp" onChange={setPicture}>
              {(props) => (
                <Button variant="default" {...props}>
                  {t("Choose a photo")}
                </Button>
              )}
            </FileButton>
            {has && (
              <Button variant="subtle" color="red" onClick={remove}>
                {t("Remove photo")}
              </Button>
            )}
          </Group>
        )}
      </Setting>
      <Dialog opened={!!picture} close={() => setPicture(null)} title={t("Your photo")}>
        {picture && <PhotoCrop picture={picture} send={send} />}
      </Dialog>
    </SettingsGroup>
  );
}
