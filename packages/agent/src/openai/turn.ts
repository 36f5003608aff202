import type OpenAI from "openai";
import { APIError } from "openai";
import { Stream } from "openai/streaming";
import { ModelError, type ModelReply, type ModelRequest } from "../model/model-client.ts";
import { ReplyAssembler } from "./assemble-reply.ts";
import type { Dialect } from "./dialect.ts";
import { encodeRequest } from "./encode-request.ts";
import type { BodySeen } from "./limited-fetch.ts";
import { type Asked, malformed } from "./model-failures.ts";
import { Completion, FailedBody } from "./schema.ts";

/** What a turn is made with. */
export interface TurnParts {
  /** May throw: the SDK reads headers of the environment. */
  readonly client: () => OpenAI;
  readonly asked: Asked;
  readonly request: ModelRequest;
  readonly onText: (delta: string) => void;
  /** What has been seen of the body that is being read. */
  readonly body: () => BodySeen | undefined;
  readonly controller: AbortController;
}

/** One request and the reading of its response. Throws what the SDK throws, or a {@link ModelError}. */
export class Turn {
  readonly #parts: TurnParts;
  readonly assembler = new ReplyAssembler();

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  async run(dialect: Dialect): Promise<ModelReply> {
    const { asked, request, controller } = this.#parts;
    const client = this.#parts.client();
    const parameters = encodeRequest(request, asked.model, dialect);
    const { signal } = controller;
    const response = await client.chat.completions.create(parameters, { signal }).asResponse();
    const type = response.headers.get("content-type") ?? "";
    if (/\bhtml\b/i.test(type)) {
      const { message } = malformed("answered with a web page (most addresses of APIs end in /v1)", asked);
      throw new ModelError({ kind: "invalid", message });
    }
    // A server that does not stream may answer whole whatever it was asked, and one that does may not say so.
    const isStream = /\bevent-stream\b/i.test(type) || (dialect.streams && !/\bjson\b/i.test(type));
    if (isStream) await this.#readStream(response, client);
    else await this.#readWhole(response);
    const { assembler } = this;
    if (!assembler.isAnyChoice) throw malformed("sent no choice", asked);
    return assembler.reply({ asked: asked.model, turn: request.messages.length });
  }

  async #readStream(response: Response, client: OpenAI): Promise<void> {
    const { controller, asked, body } = this.#parts;
    const stream: AsyncIterable<unknown> = Stream.fromSSEResponse(response, controller, client);
    for await (const chunk of stream) this.#take(chunk);
    const seen = body();
    const isDone = seen === undefined || !seen.isEnded || /\[DONE\]\s*$/.test(seen.tail);
    // A connection may be cut so that it looks like its end.
    if (!isDone && !this.assembler.isFinished) {
      const { message } = malformed("ended its stream in the middle", asked);
      throw new ModelError({ kind: "unavailable", message });
    }
  }

  async #readWhole(response: Response): Promise<void> {
    const body: unknown = JSON.parse(await response.text());
    const failed = FailedBody.safeParse(body).data;
    if (failed !== undefined) {
      const error = typeof failed.error === "string" ? { message: failed.error } : failed.error;
      throw new APIError(undefined, error, undefined, response.headers);
    }
    this.#take(body);
  }

  #take(chunk: unknown): void {
    const { asked, onText } = this.#parts;
    const parsed = Completion.safeParse(chunk);
    if (!parsed.success) throw malformed("sent a reply of another shape", asked);
    const added = this.assembler.add(parsed.data);
    if (added !== "") onText(added);
  }
}
