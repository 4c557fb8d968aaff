import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "./api.ts";
import type { PictureMessage } from "./picture.ts";
import { decode, encode } from "./picture_bytes.ts";
import { PictureSocket, pictureWait } from "./picture_socket.ts";

/** A relay's end of a socket. */
class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { reason: string }) => void) | null = null;
  binaryType = "";
  bufferedAmount = 0;
  closed = false;
  readonly sent: (string | Uint8Array)[] = [];

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  bring(message: Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({ data: message.slice().buffer });
  }
}

const BLANK = {
  stream: 0,
  sequence: 1,
  time: 0,
  rectangles: [],
  key: false,
  checkpoint: false,
  more: false,
  kind: "blank",
  body: { why: "stopped" },
} as const satisfies PictureMessage;

let sockets: { address: string; socket: FakeSocket }[];
let taken: PictureMessage[];
let leases: number;
let refusal: ApiError | null;
let picture: PictureSocket;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  taken = [];
  leases = 0;
  refusal = null;
  picture = new PictureSocket({
    lease: () => {
      leases++;
      if (refusal) return Promise.reject(refusal);
      return Promise.resolve({ address: "ws://relay/v1/picture", lease: `lease ${leases}` });
    },
    take: (message) => taken.push(message),
    open: (address) => {
      const socket = new FakeSocket();
      sockets.push({ address, socket });
      return socket as unknown as WebSocket;
    },
    random: () => 1,
  });
  picture.start();
});

afterEach(() => {
  picture.stop();
  vi.useRealTimers();
});

async function opened(): Promise<FakeSocket> {
  await vi.advanceTimersByTimeAsync(0);
  const { socket } = sockets.at(-1) ?? expect.fail("nothing was opened");
  socket.onopen?.();
  return socket;
}

it("shows its lease first, as text, at the address it was given", async () => {
  const socket = await opened();
  expect(sockets[0]?.address).toBe("ws://relay/v1/picture");
  expect(socket.sent).toEqual(["lease 1"]);
  expect(picture.state.get()).toEqual({ open: true, why: "", openings: 1 });
});

it("counts its messages from 1 on every socket, without a gap", async () => {
  const numbers = (socket: FakeSocket) =>
    socket.sent.slice(1).map((each) => decode(each as Uint8Array).sequence);
  const first = await opened();
  picture.send("release_all", {});
  picture.send("ack", { received: 5, drawn: 1 });
  first.onclose?.({ reason: "" });
  expect(picture.send("release_all", {})).toBe(0);
  await vi.advanceTimersByTimeAsync(250);
  const second = await opened();
  picture.send("release_all", {});
  expect([numbers(first), numbers(second)]).toEqual([[1, 2], [1]]);
});

it("asks for a new lease when the relay closes, and says why it did", async () => {
  const socket = await opened();
  socket.onclose?.({ reason: "not signed by our broker" });
  expect(picture.state.get()).toMatchObject({ open: false, why: "not signed by our broker" });
  await vi.advanceTimersByTimeAsync(249);
  expect(leases).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(leases).toBe(2);
  const next = await opened();
  expect(next.sent).toEqual(["lease 2"]);
});

it("waits longer with every refusal, 5 s at most, and goes on asking", async () => {
  refusal = new ApiError(409, "not_now", "");
  picture.renew();
  await vi.advanceTimersByTimeAsync(0);
  expect(picture.state.get().why).toBe("not_now");
  const waits = Array.from({ length: 8 }, (_, n) => pictureWait(n, () => 1));
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
  const before = leases;
  await vi.advanceTimersByTimeAsync(waits.reduce((sum, each) => sum + each, 0));
  expect(leases - before).toBe(8);
});

it("waits half as long at least, by chance", () => {
  expect(pictureWait(3, () => 0)).toBe(1000);
});

it("hears nothing of a socket that it has left", async () => {
  const first = await opened();
  picture.renew();
  const second = await opened();
  first.bring(encode(BLANK));
  first.onclose?.({ reason: "old" });
  expect([first.closed, taken.length, picture.state.get().open]).toEqual([true, 0, true]);
  second.bring(encode(BLANK));
  expect(taken).toMatchObject([{ kind: "blank", body: { why: "stopped" } }]);
});

it("leaves a relay that says what nobody can read", async () => {
  const socket = await opened();
  socket.bring(new Uint8Array([9, 9, 9]));
  expect(socket.closed).toBe(true);
  expect(picture.state.get()).toMatchObject({ open: false, why: "shorter than a header" });
});

it("opens nothing any more once it is stopped", async () => {
  const socket = await opened();
  picture.stop();
  expect(socket.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets).toHaveLength(1);
});

it("comes back at once when the machine is online again", async () => {
  const socket = await opened();
  socket.onclose?.({ reason: "" });
  dispatchEvent(new Event("online"));
  expect(leases).toBe(2);
});
