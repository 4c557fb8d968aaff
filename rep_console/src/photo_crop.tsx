import { t } from "@deskside/browser/catalogue";
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import { callText } from "./call_text.ts";
import type { Crop } from "./crop.ts";
import { NEAREST, WHOLE, squareOf, within } from "./crop.ts";

/** More than the broker keeps, so that it can still sharpen. */
const SIDE = 512;

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-0.02, 0],
  ArrowRight: [0.02, 0],
  ArrowUp: [0, -0.02],
  ArrowDown: [0, 0.02],
};

interface PhotoCropProps {
  readonly picture: File;
  readonly send: (cropped: Blob) => Promise<void>;
}

/** Lets somebody choose which square of a picture is their photo. */
export function PhotoCrop({ picture, send }: PhotoCropProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [image, setImage] = useState<ImageBitmap | null>(null);
  const [crop, setCrop] = useState<Crop>(WHOLE);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    createImageBitmap(picture).then(setImage, () =>
      setError(t("This is no picture that can be used. Please take a JPEG, PNG or WebP.")),
    );
  }, [picture]);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !image) return;
    const { side, left, top } = squareOf(crop, image.width, image.height);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    context.drawImage(image, left, top, side, side, 0, 0, SIDE, SIDE);
  }, [crop, image]);

  function move(x: number, y: number, zoom?: number): void {
    if (!image) return;
    // A pointer moves several times between two drawings.
    setCrop((was) => {
      const wanted = { x: was.x + x, y: was.y + y, zoom: zoom ?? was.zoom };
      return within(wanted, image.width, image.height);
    });
  }

  function drag(event: PointerEvent<HTMLCanvasElement>): void {
    if (!image || !event.buttons) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { side } = squareOf(crop, image.width, image.height);
    const scale = side / event.currentTarget.clientWidth;
    move((-event.movementX * scale) / image.width, (-event.movementY * scale) / image.height);
  }

  function press(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  }

  async function save(): Promise<void> {
    setBusy(true);
    setError("");
    try {
      const cropped = await new Promise<Blob | null>((resolve) =>
        canvas.current?.toBlob(resolve, "image/jpeg", 0.92),
      );
      if (cropped) await send(cropped);
    } catch (fault) {
      setError(callText(fault));
    }
    setBusy(false);
  }

  return (
    <Stack>
      {error && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      <canvas
        ref={canvas}
        className="photo-crop"
        width={SIDE}
        height={SIDE}
        role="img"
        tabIndex={0}
        aria-label={t("Preview; move it with the arrow keys")}
        onPointerMove={drag}
        onKeyDown={press}
      />
      <label>
        <Text size="sm">{t("Nearer")}</Text>
        <input
          className="photo-zoom"
          type="range"
          min={1}
          max={NEAREST}
          step={0.05}
          value={crop.zoom}
          onChange={(event) => move(0, 0, Number(event.currentTarget.value))}
        />
      </label>
      <Button loading={busy} disabled={!image} onClick={() => void save()}>
        {t("Use this photo")}
      </Button>
    </Stack>
  );
}
