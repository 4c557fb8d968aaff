/**
 * A small set of emoji with their names, for a support chat: faces, hands, signs and machines.
 *
 * Our own choice and our own words, so that they cost little and can be found in every language.
 */
import { t } from "./catalogue.ts";

export interface Emoji {
  readonly sign: string;
  readonly name: () => string;
}

const SET: readonly (readonly [string, () => string])[] = [
  ["🙂", () => t("slight smile")],
  ["😀", () => t("grin")],
  ["😂", () => t("tears of joy")],
  ["😊", () => t("happy smile")],
  ["😉", () => t("wink")],
  ["😅", () => t("relieved laugh")],
  ["😍", () => t("delighted")],
  ["😎", () => t("sunglasses")],
  ["🤔", () => t("thinking")],
  ["😐", () => t("neutral face")],
  ["😕", () => t("confused")],
  ["😟", () => t("worried")],
  ["😢", () => t("crying")],
  ["😡", () => t("angry")],
  ["😱", () => t("shocked")],
  ["😴", () => t("asleep")],
  ["👍", () => t("thumbs up")],
  ["👎", () => t("thumbs down")],
  ["👋", () => t("wave")],
  ["👏", () => t("applause")],
  ["🙏", () => t("please and thank you")],
  ["💪", () => t("strong arm")],
  ["👀", () => t("eyes")],
  ["🤝", () => t("handshake")],
  ["✅", () => t("check mark")],
  ["❌", () => t("cross")],
  ["❓", () => t("question mark")],
  ["❗", () => t("exclamation mark")],
  ["⚠️", () => t("warning sign")],
  ["⏳", () => t("hourglass")],
  ["🔒", () => t("lock")],
  ["🔑", () => t("key")],
  ["💻", () => t("laptop")],
  ["🖥️", () => t("screen")],
  ["🖨️", () => t("printer")],
  ["📱", () => t("telephone")],
  ["📧", () => t("mail")],
  ["📎", () => t("paper clip")],
  ["🔌", () => t("power plug")],
  ["🛠️", () => t("tools")],
  ["❤️", () => t("heart")],
  ["🎉", () => t("celebration")],
  ["⭐", () => t("star")],
  ["🔥", () => t("fire")],
  ["☕", () => t("coffee")],
  ["☀️", () => t("sun")],
  ["🌧️", () => t("rain")],
  ["🚀", () => t("rocket")],
];

export const EMOJI: readonly Emoji[] = SET.map(([sign, name]) => ({ sign, name }));

/** Return the emoji in whose name every word of `wanted` begins a word; all for nothing. */
export function findEmoji(wanted: string, among = EMOJI): readonly Emoji[] {
  const parts = plain(wanted).split(/\s+/).filter(Boolean);
  return among.filter(({ name }) => {
    const words = plain(name()).split(/\s+/);
    return parts.every((part) => words.some((word) => word.startsWith(part)));
  });
}

/** Small letters without accents: nobody types these to find a picture. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
