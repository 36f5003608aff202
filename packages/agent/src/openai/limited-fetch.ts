/** Bounds of what a server may take and send. */
export interface ReplyLimits {
  /** Without a byte for so long, the server is taken to be gone. */
  readonly silenceMs: number;
  /** From the request to the last byte. */
  readonly totalMs: number;
  readonly bytesMax: number;
}

/** A server that stopped sending, or never stops. */
export class LimitExceeded extends Error {
  override readonly name = "LimitExceeded";
  readonly limit: "silence" | "total" | "size";

  constructor(limit: LimitExceeded["limit"]) {
    super(`the reply exceeded its limit of ${limit}`);
    this.limit = limit;
  }
}

/** What a {@link limitedFetch} saw of the body of its last response. */
export interface BodySeen {
  /** Whether the server ended the body; false while whoever reads it stopped before. */
  isEnded: boolean;
  /** The last bytes as text: whether the stream said that it is done. */
  tail: string;
}

const TAIL_BYTES = 64;

/** `promise`, or a {@link LimitExceeded} when it takes too long. */
async function within<T>(promise: Promise<T>, ms: number, limit: LimitExceeded["limit"]): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LimitExceeded(limit)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { silenceMs, totalMs }: ReplyLimits,
  startedMs: number,
): ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]> {
  const leftMs = Math.max(0, totalMs - (performance.now() - startedMs));
  return leftMs < silenceMs
    ? await within(reader.read(), leftMs, "total")
    : await within(reader.read(), silenceMs, "silence");
}

function limitedBody(
  body: ReadableStream<Uint8Array>,
  { limits, seen, startedMs }: { limits: ReplyLimits; seen: BodySeen; startedMs: number },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  let tail = new Uint8Array();
  const give = (error: unknown): unknown => {
    // The reader waits for nothing any more; what canceling says is of no use.
    void reader.cancel(error).catch(() => undefined);
    return error;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await readWithin(reader, limits, startedMs);
          if (done) {
            seen.isEnded = true;
            controller.close();
            return;
          }
          bytes += value.byteLength;
          if (bytes > limits.bytesMax) throw new LimitExceeded("size");
          tail = new Uint8Array([...tail, ...value.subarray(-TAIL_BYTES)].slice(-TAIL_BYTES));
          seen.tail = new TextDecoder().decode(tail);
          controller.enqueue(value);
        } catch (error) {
          controller.error(give(error));
        }
      },
      async cancel(reason) {
        await reader.cancel(reason);
      },
    },
    // Nothing is read ahead: `isEnded` then tells whether the reader wanted the end.
    { highWaterMark: 0 },
  );
}

/**
 * A `fetch` whose responses are bounded in size and time. Redirects are not followed: a request with a key goes where its
 * user said. `onBody` gets what is seen of the body.
 */
export function limitedFetch(
  limits: ReplyLimits,
  onBody: (seen: BodySeen) => void,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const startedMs = performance.now();
    const response = await fetch(input, { ...init, redirect: "manual" });
    if (response.body === null) return response;
    const seen: BodySeen = { isEnded: false, tail: "" };
    onBody(seen);
    const body = limitedBody(response.body, { limits, seen, startedMs });
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
}
