import { inspect } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ModelError, type ModelReply, type ModelRequest } from "../model/model-client.ts";
import { createOpenAiClient } from "./openai-client.ts";
import { type ScriptedTurn, startScriptedServer } from "./testing/index.ts";
import { eventsOf } from "./testing/render-reply.ts";

const KEY = "a-Key-that-looks-like-none.7";
const REQUEST: ModelRequest = { messages: [{ role: "user", text: "Go." }], tools: [], outputTokensMax: 100 };
const never = new AbortController().signal;

const ENDINGS: readonly string[] = ["stop", "tool-calls", "length", "refused"];
const KINDS: readonly string[] = ["malformed", "unavailable", "invalid", "denied", "rate-limited"];

/** Asks a server whose next turn can be chosen, so that a property needs but one. */
async function askable() {
  let next: ScriptedTurn = { kind: "silent" };
  const server = await startScriptedServer(() => next);
  const client = createOpenAiClient({ baseUrl: server.baseUrl, apiKey: KEY, model: "m-1", timeoutMs: 5000 });
  const ask = async (turn: ScriptedTurn): Promise<ModelReply> => {
    next = turn;
    return await client.ask(REQUEST, { signal: never });
  };
  return {
    ask,
    close: async () => await server.close(),
    [Symbol.asyncDispose]: async () => await server.close(),
  };
}

const words = fc.string({
  unit: fc.constantFrom("a", "é", "漢", "😀", '"', "\\", "\n", "\r", "data: ", "[DONE]"),
  maxLength: 12,
});

it("comes to the same reply however the bytes of a stream are cut", async () => {
  await using server = await askable();
  const call = fc.record({
    name: fc.constantFrom("check", "read_file"),
    arguments: fc.oneof(words, fc.object()),
  });
  const property = fc.asyncProperty(
    fc.record({ text: words, toolCalls: fc.array(call, { maxLength: 3 }) }),
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
    fc.constantFrom("\n", "\r\n", "\r"),
    async (reply, split, lineBreak) => {
      const whole = await server.ask({ kind: "reply", ...reply });
      expect(whole.text).toBe(reply.text);
      expect(whole.toolCalls.map(({ name }) => name)).toEqual(reply.toolCalls.map(({ name }) => name));
      const body = eventsOf(reply, { model: "m-1", turn: 0, withUsage: true }).replaceAll("\n", lineBreak);
      const turn = { kind: "raw", type: "text/event-stream", body, delivery: { split } } as const;
      const cut = await server.ask(turn);
      const withoutIds = ({ toolCalls, ...rest }: ModelReply) => ({
        ...rest,
        toolCalls: toolCalls.map(({ name, arguments: text }) => ({ name, text })),
      });
      expect(withoutIds(cut)).toEqual(withoutIds(whole));
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

/** A stream that was right before something happened to it. */
const damaged = fc
  .record({ text: words, at: fc.nat(), length: fc.nat(40), put: fc.uint8Array({ maxLength: 6 }) })
  .map(({ text, at, length, put }) => {
    const reply = { text, toolCalls: [{ name: "check", arguments: {} }] };
    const bytes = new TextEncoder().encode(eventsOf(reply, { model: "m-1", turn: 0, withUsage: true }));
    const place = at % bytes.length;
    return new Uint8Array([...bytes.slice(0, place), ...put, ...bytes.slice(place + length)]);
  });

/** Chunks that look like ones and have anything in their fields. */
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(null, "x", 0, -1, 1e300, [], {}, true));
const lookalike = fc
  .array(
    fc.record(
      {
        choices: fc.oneof(
          odd,
          fc.array(
            fc.record({
              index: odd,
              delta: fc.oneof(
                odd,
                fc.record({
                  content: odd,
                  tool_calls: fc.oneof(
                    odd,
                    fc.array(fc.record({ index: odd, id: odd, function: odd }), { maxLength: 3 }),
                  ),
                }),
              ),
              finish_reason: odd,
            }),
            { maxLength: 2 },
          ),
        ),
        usage: odd,
        model: odd,
        error: odd,
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  )
  .map((chunks) =>
    new TextEncoder().encode(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")),
  );

it("makes a reply or a ModelError of anything that a server may send, and tells no key", async () => {
  await using server = await askable();
  const property = fc.asyncProperty(
    fc.oneof(damaged, lookalike, fc.uint8Array({ maxLength: 200 })),
    fc.constantFrom("text/event-stream", "application/json", "text/plain", ""),
    async (body, type) => {
      const outcome = await server.ask({ kind: "raw", type, body }).catch((error: unknown) => error);
      const kind = outcome instanceof ModelError ? outcome.failure.kind : (outcome as ModelReply).ending;
      expect([...ENDINGS, ...KINDS]).toContain(kind);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

it("tells no key, whatever a server quotes of it and with whatever status", async () => {
  await using server = await askable();
  const around = fc.string({ maxLength: 20 });
  const property = fc.asyncProperty(
    fc.integer({ min: 400, max: 599 }),
    around,
    around,
    fc.constantFrom("message", "code", "type", "param"),
    async (status, before, after, field) => {
      const error = { message: "refused", [field]: `${before}${KEY}${after} Bearer ${KEY}` };
      const outcome = await server.ask({ kind: "error", status, error }).catch((thrown: unknown) => thrown);
      expect(outcome).toBeInstanceOf(ModelError);
      expect(inspect(outcome, { depth: 10 })).not.toContain(KEY);
    },
  );
  await fc.assert(property, { numRuns: 100 });
});
