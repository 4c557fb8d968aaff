/** The frames of a captured screen, newest first: one that nobody took in time is let go. */

/** Where it exists, frames come also while the page is in the background. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
declare global {
  interface Window {
    MediaStreamTrackProcessor?: new (init: {
      track: MediaStreamTrack;
      maxBufferSize?: number;
    }) => TrackProcessor;
  }
}

/** Without a processor, a picture is taken this often (ms). */
const TICK_MS = 100;

export class ScreenFrames {
  readonly #came: () => void;
  #newest: VideoFrame | null = null;
  #closed = false;
  #stop: () => void;

  /** `came` is called when there is a new frame to `take`. */
  constructor(track: MediaStreamTrack, came: () => void) {
    this.#came = came;
    const Processor = window.MediaStreamTrackProcessor;
    this.#stop = Processor
      ? this.#read(new Processor({ track, maxBufferSize: 2 }))
      : this.#watch(track);
  }

  get hasNew(): boolean {
    return this.#newest !== null;
  }

  /** Return the newest frame that was not taken yet; whoever takes it closes it. */
  take(): VideoFrame | null {
    const frame = this.#newest;
    this.#newest = null;
    return frame;
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.take()?.close();
  }

  #add(frame: VideoFrame): void {
    this.take()?.close();
    if (this.#closed) {
      frame.close();
      return;
    }
    this.#newest = frame;
    this.#came();
  }

  #read({ readable }: TrackProcessor): () => void {
    const reader = readable.getReader();
    const next = async (): Promise<void> => {
      const { value, done } = await reader.read();
      if (value) this.#add(value);
      if (!done && !this.#closed) await next();
    };
    // A track that ends ends its stream; whoever shares hears of that from the track.
    next().catch(() => undefined);
    return () => void reader.cancel().catch(() => undefined);
  }

  #watch(track: MediaStreamTrack): () => void {
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => undefined);
    const timer = setInterval(() => {
      const isReady = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
      if (isReady && video.videoWidth) {
        this.#add(new VideoFrame(video, { timestamp: performance.now() * 1000 }));
      }
    }, TICK_MS);
    return () => {
      clearInterval(timer);
      video.srcObject = null;
    };
  }
}

/** Return the pixels of `frame`, cut to `width` and `height`. */
export function pixelsOf(frame: VideoFrame, width: number, height: number): Uint8ClampedArray {
  const canvas = (shared ??= new OffscreenCanvas(width, height));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  context?.drawImage(frame, 0, 0);
  return context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
}

/** One canvas for all frames: a page shares one screen at a time. */
let shared: OffscreenCanvas | undefined;
