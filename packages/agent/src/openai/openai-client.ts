import type { StopSignal } from "@apex/core";
import OpenAI, { APIError } from "openai";
import type { ModelClient, ModelReply, ModelRequest } from "../model/model-client.ts";
import { type Dialect, DIALECTS_MAX, firstDialect, simplerDialect } from "./dialect.ts";
import { type BodySeen, limitedFetch, type ReplyLimits } from "./limited-fetch.ts";
import { type Asked, complaintOf, modelError, withTaken } from "./model-failures.ts";
import { requireApiKey, requireBaseUrl, requireModelName } from "./model-settings.ts";
import { Turn } from "./turn.ts";

/** A server that speaks OpenAI's chat completions, and the model to ask there. */
export interface OpenAiOptions {
  /** Up to the path before `/chat/completions`; OpenAI's own unless told. */
  readonly baseUrl?: string;
  /** Absent: no key is sent. */
  readonly apiKey?: string;
  readonly model: string;
  /** How long the server may be silent, before the reply and within it; 120 s unless told: models think before they write. */
  readonly timeoutMs?: number;
  /** What a gateway wants beside. Taken for secret. */
  readonly headers?: Readonly<Record<string, string>>;
}

const SILENCE_MS = 120_000;
/** Of a whole turn. Source: the default of the npm package `openai`. */
const TURN_MS = 600_000;
/** Of a turn's response: some 30,000 chunks of one token. */
const REPLY_BYTES_MAX = 8 * 2 ** 20;
const OPENAI_URL = "https://api.openai.com/v1";

/** Statuses by which servers refuse a parameter that they do not know. */
const REFUSED_WORDS: ReadonlySet<number | undefined> = new Set([400, 422, 501]);

type AskOptions = { readonly signal: StopSignal; readonly onText?: (delta: string) => void };

class OpenAiClient implements ModelClient {
  readonly model: string;
  readonly #options: OpenAiOptions;
  readonly #asked: Asked;
  readonly #limits: ReplyLimits;
  /** What the server was found to know: kept, so that each refusal is met once. */
  #dialect: Dialect;

  constructor(options: OpenAiOptions) {
    const { baseUrl, apiKey, timeoutMs, headers } = options;
    this.model = requireModelName(options.model);
    if (baseUrl !== undefined) requireBaseUrl(baseUrl);
    if (apiKey !== undefined) requireApiKey(apiKey);
    this.#options = options;
    const secrets = [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers ?? {})];
    this.#asked = { model: this.model, secrets, ...(baseUrl === undefined ? {} : { baseUrl }) };
    this.#limits = { silenceMs: timeoutMs ?? SILENCE_MS, totalMs: TURN_MS, bytesMax: REPLY_BYTES_MAX };
    this.#dialect = firstDialect(baseUrl);
  }

  async ask(request: ModelRequest, { signal, onText }: AskOptions): Promise<ModelReply> {
    if (signal.aborted) throw signal.reason;
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const reply = await this.#inItsWords(request, { controller, onText: onText ?? (() => undefined) });
      // A stream that was stopped ends as if it were whole.
      if (signal.aborted) throw signal.reason;
      return reply;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener("abort", stop);
      controller.abort();
    }
  }

  /** Asks in the words that the server knows: what it refuses by name is left out, and it is asked once more. */
  async #inItsWords(
    request: ModelRequest,
    { controller, onText }: { controller: AbortController; onText: (delta: string) => void },
  ): Promise<ModelReply> {
    for (let refusals = 0; ; refusals++) {
      let seen: BodySeen | undefined;
      let listenerFailure: { readonly error: unknown } | undefined;
      const told = (delta: string): void => {
        try {
          onText(delta);
        } catch (error) {
          listenerFailure = { error };
          throw error;
        }
      };
      const asked = this.#asked;
      const client = (): OpenAI =>
        this.#client((body) => {
          seen = body;
        });
      const turn = new Turn({ client, asked, request, onText: told, body: () => seen, controller });
      try {
        return await turn.run(this.#dialect);
      } catch (error) {
        if (listenerFailure !== undefined) throw listenerFailure.error;
        const simpler =
          error instanceof APIError && REFUSED_WORDS.has(error.status) && refusals < DIALECTS_MAX
            ? simplerDialect(this.#dialect, complaintOf(error))
            : null;
        if (simpler === null) throw withTaken(modelError(error, asked), turn.assembler);
        this.#dialect = simpler;
      }
    }
  }

  /** All that the SDK would take from the environment is said, and it writes no logs: they would tell the conversation. */
  #client(onBody: (seen: BodySeen) => void): OpenAI {
    const { baseUrl, apiKey, headers } = this.#options;
    return new OpenAI({
      baseURL: baseUrl ?? OPENAI_URL,
      apiKey: apiKey ?? "none",
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: "off",
      maxRetries: 0,
      timeout: this.#limits.silenceMs,
      fetch: limitedFetch(this.#limits, onBody),
      defaultHeaders: { ...(apiKey === undefined ? { Authorization: null } : {}), ...headers },
    });
  }
}

/**
 * A client of one model. Throws an AdapterError for options that cannot be meant. A turn is asked once; a server that refuses a newer
 * word of the protocol by name (streaming, usage in streams, strict tools, the limit's name) is asked without it.
 */
export function createOpenAiClient(options: OpenAiOptions): ModelClient {
  return new OpenAiClient(options);
}
