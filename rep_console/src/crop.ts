/** Where the square lies that is cut out of a picture. */
export interface Crop {
  /** The middle, from 0 to 1 of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  /** How much nearer than needed to fill the square, from 1. */
  readonly zoom: number;
}

export const WHOLE: Crop = { x: 0.5, y: 0.5, zoom: 1 };
export const NEAREST = 5;

/** Return the side of the square, and the corner where it begins, in the picture's pixels. */
export function squareOf(crop: Crop, width: number, height: number) {
  const side = Math.min(width, height) / crop.zoom;
  return { side, left: crop.x * width - side / 2, top: crop.y * height - side / 2 };
}

/** Return `crop` so that its square lies within a picture of `width` × `height`. */
export function within(crop: Crop, width: number, height: number): Crop {
  const zoom = between(1, crop.zoom, NEAREST);
  const half = Math.min(width, height) / zoom / 2;
  return {
    zoom,
    x: between(half / width, crop.x, 1 - half / width),
    y: between(half / height, crop.y, 1 - half / height),
  };
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
