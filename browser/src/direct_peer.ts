/** One end of a direct path in a browser: two channels, and nothing else. */
import type { DirectEnd, IceServer } from "./contract.ts";
import { BadPiece, INPUT, Joiner, PICTURE, describe, endOf, pieces } from "./direct_wire.ts";
import type { Channel, Control } from "./direct_wire.ts";
import { readControl } from "./direct_wire.ts";

/** Addresses that take longer to find are not waited for. */
const GATHER_MS = 2_000;
const CONNECT_MS = 15_000;

export interface DirectPeerParts {
  readonly servers: readonly IceServer[];
  readonly message: (channel: Channel, message: Uint8Array) => void;
  readonly control: (said: Control) => void;
  /** Nothing comes any more. */
  readonly ended: () => void;
  readonly relayOnly?: boolean;
}

export class DirectPeer {
  readonly #parts: DirectPeerParts;
  readonly #connection: RTCPeerConnection;
  readonly #channels: Readonly<Record<Channel, RTCDataChannel>>;
  readonly #joiners = { [PICTURE]: new Joiner(), [INPUT]: new Joiner() };
  #most = 0;
  #isOver = false;

  constructor(parts: DirectPeerParts) {
    this.#parts = parts;
    this.#connection = new RTCPeerConnection({
      iceServers: parts.servers.map(({ url, username, password }) =>
        username ? { urls: url, username, credential: password } : { urls: url },
      ),
      iceTransportPolicy: parts.relayOnly ? "relay" : "all",
    });
    this.#channels = { [PICTURE]: this.#open(PICTURE), [INPUT]: this.#open(INPUT) };
    this.#connection.onconnectionstatechange = () => {
      const { connectionState } = this.#connection;
      if (connectionState === "failed" || connectionState === "closed") this.#end();
    };
  }

  /** Find out where we can be reached, to call the other end. */
  async call(): Promise<DirectEnd> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#gathered();
  }

  /** Connect to who was called, and to nobody without their certificate. */
  async meet(end: DirectEnd): Promise<void> {
    this.#most = end.most;
    await this.#connection.setRemoteDescription({ type: "answer", sdp: describe(end, "active") });
    await this.#opened();
  }

  /** Find out where we can be reached by who calls from `end`. */
  async answer(end: DirectEnd): Promise<DirectEnd> {
    this.#most = end.most;
    await this.#connection.setRemoteDescription({ type: "offer", sdp: describe(end, "actpass") });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    return this.#gathered();
  }

  /** Resolves once both channels are open; rejects where the other end is not reached. */
  opened(): Promise<void> {
    return this.#opened();
  }

  send(channel: Channel, message: Uint8Array): boolean {
    const open = this.#channels[channel];
    if (open.readyState !== "open") return false;
    for (const piece of pieces(message, this.#most)) open.send(piece);
    return true;
  }

  say(channel: Channel, said: Control): void {
    const open = this.#channels[channel];
    if (open.readyState === "open") open.send(JSON.stringify(said));
  }

  close(): void {
    this.#isOver = true;
    this.#connection.close();
  }

  #open(id: Channel): RTCDataChannel {
    const channel = this.#connection.createDataChannel(String(id), { negotiated: true, id });
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(id, data);
    channel.onclose = () => this.#end();
    return channel;
  }

  #hear(channel: Channel, data: unknown): void {
    if (this.#isOver) return;
    if (typeof data === "string") {
      const said = readControl(data);
      if (said) this.#parts.control(said);
      return;
    }
    if (!(data instanceof ArrayBuffer)) return;
    try {
      const message = this.#joiners[channel].join(new Uint8Array(data));
      if (message) this.#parts.message(channel, message);
    } catch (fault) {
      if (!(fault instanceof BadPiece)) throw fault;
      this.#end();
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.ended();
  }

  async #gathered(): Promise<DirectEnd> {
    const connection = this.#connection;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      const look = () => {
        if (connection.iceGatheringState !== "complete") return;
        clearTimeout(timer);
        resolve();
      };
      connection.onicegatheringstatechange = look;
      look();
    });
    return endOf(connection.localDescription?.sdp ?? "");
  }

  #opened(): Promise<void> {
    const channels = [this.#channels[PICTURE], this.#channels[INPUT]];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("not reached")), CONNECT_MS);
      const look = () => {
        if (channels.some(({ readyState }) => readyState !== "open")) return;
        clearTimeout(timer);
        resolve();
      };
      for (const channel of channels) channel.addEventListener("open", look);
      look();
    });
  }
}
