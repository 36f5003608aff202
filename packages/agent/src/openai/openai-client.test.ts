import { inspect } from "node:util";
import { expect, it } from "vitest";
import { ModelError, type ModelRequest } from "../model/model-client.ts";
import { MODEL_TOOLS } from "../model/model-tools.ts";
import { createOpenAiClient } from "./openai-client.ts";
import { type ScriptedOptions, type ScriptedTurn, startScriptedServer } from "./testing/index.ts";

const KEY = "sk-test-0123456789abcdef";

const REQUEST: ModelRequest = {
  messages: [
    { role: "system", text: "You repair." },
    { role: "user", text: "Repair this." },
  ],
  tools: MODEL_TOOLS,
  outputTokensMax: 500,
};

const never = new AbortController().signal;

/** What one scripted turn comes to. */
async function asked(
  turn: ScriptedTurn | readonly ScriptedTurn[],
  {
    server: options,
    ...client
  }: { server?: ScriptedOptions; timeoutMs?: number; request?: ModelRequest } = {},
) {
  await using server = await startScriptedServer([turn].flat() as ScriptedTurn[], options);
  const model = createOpenAiClient({ baseUrl: server.baseUrl, apiKey: KEY, model: "m-1", ...client });
  const heard: string[] = [];
  const ask = async () =>
    await model.ask(client.request ?? REQUEST, { signal: never, onText: (delta) => heard.push(delta) });
  const reply = await ask().catch((error: unknown) => error);
  return { reply, heard, requests: server.requests, headers: server.headers };
}

async function failure(...parameters: Parameters<typeof asked>): Promise<ModelError["failure"]> {
  const { reply } = await asked(...parameters);
  if (!(reply instanceof ModelError)) throw new Error(`not a ModelError: ${inspect(reply)}`);
  expect(inspect(reply, { depth: 10 })).not.toContain(KEY);
  return reply.failure;
}

it("reads a streamed reply: text as it comes, tool calls from their pieces, what it took", async () => {
  const { reply, heard, requests, headers } = await asked({
    kind: "reply",
    text: "I look at the schema first.",
    toolCalls: [
      {
        id: "call_a",
        name: "provider_schema",
        arguments: { kind: "resource", type: "aws_instance", block_path: "" },
      },
      { id: "call_b", name: "check", arguments: {} },
    ],
    usage: { prompt_tokens: 812, completion_tokens: 44 },
  });
  expect(reply).toEqual({
    text: "I look at the schema first.",
    toolCalls: [
      {
        id: "call_a",
        name: "provider_schema",
        arguments: '{"kind":"resource","type":"aws_instance","block_path":""}',
      },
      { id: "call_b", name: "check", arguments: "{}" },
    ],
    ending: "tool-calls",
    usage: { inputTokens: 812, outputTokens: 44 },
    model: "m-1",
  });
  expect(heard.join("")).toBe("I look at the schema first.");
  expect(heard.length).toBeGreaterThan(1);
  expect(requests[0]).toMatchObject({ model: "m-1", stream: true, max_tokens: 500 });
  expect(requests[0]?.tools?.every((tool) => tool.function.strict)).toBe(true);
  expect(headers[0]?.authorization).toBe(`Bearer ${KEY}`);
});

it("sends a conversation back so that any server takes it", async () => {
  const request: ModelRequest = {
    ...REQUEST,
    messages: [
      ...REQUEST.messages,
      {
        role: "assistant",
        text: "",
        toolCalls: [
          { id: "c1", name: "read file!", arguments: '{"path": "main.t' },
          { id: "c2", name: "check", arguments: "[1]" },
        ],
      },
      { role: "tool", callId: "c1", text: "There is no such tool." },
      { role: "tool", callId: "c2", text: "The arguments do not fit." },
    ],
  };
  const { reply, requests } = await asked({ kind: "reply", text: "Sorry." }, { request });
  expect(reply).toMatchObject({ text: "Sorry.", ending: "stop" });
  expect(requests[0]?.messages[2]).toEqual({
    role: "assistant",
    content: null,
    tool_calls: [
      { id: "c1", type: "function", function: { name: "read_file_", arguments: "{}" } },
      { id: "c2", type: "function", function: { name: "check", arguments: "{}" } },
    ],
  });
});

it("tells how a reply ended", async () => {
  const endings = [
    [{ text: "a", finishReason: "stop" }, "stop"],
    [{ text: "a", finishReason: null }, "stop"],
    [{ text: "a", finishReason: "eos" }, "stop"],
    [{ toolCalls: [{ name: "check", arguments: "{}" }], finishReason: "stop" }, "tool-calls"],
    [{ toolCalls: [{ name: "check", arguments: "{}" }], finishReason: null }, "tool-calls"],
    [
      { toolCalls: [{ name: "propose_edit", arguments: '{"edits": [{"pa' }], finishReason: "length" },
      "length",
    ],
    [{ text: "a", finishReason: "content_filter" }, "refused"],
    [{ refusal: "I cannot help with that." }, "refused"],
  ] as const;
  for (const [turn, ending] of endings) {
    const { reply } = await asked({ kind: "reply", ...turn });
    expect(reply).toMatchObject({ ending });
  }
  const { reply } = await asked({ kind: "reply", refusal: "I cannot help with that." });
  expect(reply).toMatchObject({ text: "I cannot help with that." });
});

it("gives calls without an id one of their own, other ones in each turn", async () => {
  const toolCalls = [
    { id: null, name: "check", arguments: {} },
    { id: "same", name: "list_names", arguments: { directory: "" } },
    { id: "same", name: "list_names", arguments: { directory: "a" } },
  ];
  const { reply } = await asked({ kind: "reply", toolCalls });
  expect(reply).toMatchObject({ toolCalls: [{ id: "call_2_0" }, { id: "same" }, { id: "call_2_2" }] });
});

it("knows nothing of what a turn took where the server does not tell", async () => {
  const { reply } = await asked({ kind: "reply", text: "a", usage: null });
  expect(reply).toMatchObject({ usage: null });
});

it("asks in the words that a server knows, and remembers them", async () => {
  const refuses = ["stream_options", "strict", "max_tokens", "stream"] as const;
  const turns = [
    { kind: "reply", text: "one" },
    { kind: "reply", text: "two" },
  ] as const;
  await using server = await startScriptedServer(turns, { refuses });
  const model = createOpenAiClient({ baseUrl: server.baseUrl, model: "m-1" });
  await expect(model.ask(REQUEST, { signal: never })).resolves.toMatchObject({
    text: "one",
    usage: { inputTokens: 100, outputTokens: 20 },
  });
  await expect(model.ask(REQUEST, { signal: never })).resolves.toMatchObject({ text: "two" });
  expect(server.requests[1]).toMatchObject({ stream: false, max_completion_tokens: 500 });
  expect(server.headers[0]?.authorization).toBeUndefined();
});

it("reads a whole completion where a stream was asked for, in any of its old forms", async () => {
  const raw = (message: object, usage: unknown) =>
    ({
      kind: "raw",
      type: "application/json",
      body: JSON.stringify({ choices: [{ message, finish_reason: "stop" }], usage }),
    }) as const;
  const parts = [
    { type: "text", text: "a" },
    { type: "text", text: "b" },
  ];
  expect((await asked(raw({ content: parts }, { prompt_tokens: "many" }))).reply).toMatchObject({
    text: "ab",
    usage: null,
    ending: "stop",
  });
  const called = { content: null, function_call: { name: "check", arguments: {} } };
  expect((await asked(raw(called, null))).reply).toMatchObject({
    toolCalls: [{ name: "check", arguments: "{}" }],
    ending: "tool-calls",
  });
});

it("tells a wrong key, a used-up account and a closed door apart from what passes", async () => {
  expect(await failure([], { server: { apiKey: "sk-another-key-123456" } })).toMatchObject({
    kind: "denied",
  });
  const quota = {
    kind: "error",
    status: 429,
    error: { message: "You exceeded your quota", code: "insufficient_quota" },
  } as const;
  expect(await failure(quota)).toMatchObject({ kind: "denied", message: expect.stringContaining("billing") });
  for (const status of [402, 403])
    expect(await failure({ kind: "error", status })).toMatchObject({ kind: "denied" });
  for (const status of [408, 409, 500, 502, 503, 529]) {
    expect(await failure({ kind: "error", status })).toMatchObject({ kind: "unavailable" });
  }
  for (const status of [302, 400, 404, 413, 422]) {
    expect(await failure({ kind: "error", status })).toMatchObject({ kind: "invalid" });
  }
  const { message } = await failure({ kind: "error", status: 404, error: { message: "model not found" } });
  expect(message).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/v1 did not answer for the model m-1 \(status 404\): model not found\. Check APEX_MODEL and OPENAI_BASE_URL/,
  );
});

it("says how long a server asks to wait, whichever way it says so", async () => {
  const limited = (headers: Readonly<Record<string, string>>) =>
    failure({ kind: "error", status: 429, headers });
  expect(await limited({ "retry-after": "7" })).toMatchObject({ kind: "rate-limited", retryAfterMs: 7000 });
  expect(await limited({ "retry-after-ms": "250", "retry-after": "1" })).toMatchObject({ retryAfterMs: 250 });
  expect(await limited({ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" })).toMatchObject({
    retryAfterMs: 0,
  });
  expect(
    await limited({ "x-ratelimit-reset-requests": "20ms", "x-ratelimit-reset-tokens": "1m1.5s" }),
  ).toMatchObject({ retryAfterMs: 61_500 });
  const down = { "x-ratelimit-reset-tokens": "6m0s" };
  expect(await failure({ kind: "error", status: 503, headers: down })).not.toHaveProperty("retryAfterMs");
  expect(await limited({ "retry-after": "soon" })).not.toHaveProperty("retryAfterMs");
  expect(await limited({})).not.toHaveProperty("retryAfterMs");
});

it("tells a failure within a stream, or in a body that says all is well", async () => {
  const broken = (error: object) =>
    failure({ kind: "raw", type: "text/event-stream", body: `data: ${JSON.stringify({ error })}\n\n` });
  expect(await broken({ message: "The server had an error", type: "server_error" })).toMatchObject({
    kind: "unavailable",
  });
  expect(await broken({ message: "slow down", code: "rate_limit_exceeded" })).toMatchObject({
    kind: "rate-limited",
  });
  expect(await broken({ message: "Provider returned error", code: 502 })).toMatchObject({
    kind: "unavailable",
  });
  expect(await broken({ message: `no such key ${KEY}`, code: 401 })).toMatchObject({ kind: "denied" });
  const body = {
    kind: "raw",
    type: "application/json",
    body: '{"error":"context_length_exceeded"}',
  } as const;
  expect(await failure(body)).toMatchObject({ kind: "invalid" });
});

it("calls malformed what is no reply, with what it took where that was told", async () => {
  const stream = (body: string) => failure({ kind: "raw", type: "text/event-stream", body });
  expect(await stream('data: {"choices": [{"delta"\n\n')).toMatchObject({ kind: "malformed" });
  expect(await stream('data: {"choices": 7}\n\ndata: [DONE]\n\n')).toMatchObject({ kind: "malformed" });
  expect(
    await stream(
      'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":0}}\n\ndata: [DONE]\n\n',
    ),
  ).toMatchObject({ kind: "malformed", usage: { inputTokens: 9, outputTokens: 0 } });
  const page = { kind: "raw", type: "text/html", body: "<h1>Welcome</h1>" } as const;
  expect(await failure(page)).toMatchObject({ kind: "invalid", message: expect.stringContaining("/v1") });
});

it("tells a connection that breaks, wherever it does", async () => {
  const cut = {
    kind: "reply",
    text: "a long text, of which half comes",
    delivery: { stopAfter: { bytes: 700, how: "cut" } },
  } as const;
  expect(await failure(cut)).toMatchObject({ kind: "unavailable", hasBegun: true });
  expect(await failure({ kind: "error", status: 503 })).not.toHaveProperty("hasBegun");
  const ended = {
    kind: "raw",
    type: "text/event-stream",
    body: 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n',
  } as const;
  expect(await failure(ended)).toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("in the middle"),
  });
  await using server = await startScriptedServer([]);
  const { baseUrl } = server;
  await server.close();
  const gone = createOpenAiClient({ baseUrl, model: "m-1" }).ask(REQUEST, { signal: never });
  await expect(gone).rejects.toMatchObject({
    failure: { kind: "unavailable", message: expect.stringContaining("ECONNREFUSED") },
  });
});

it("waits for a silent server no longer than it was told, before the reply and within it", async () => {
  expect(await failure({ kind: "silent" }, { timeoutMs: 500 })).toMatchObject({ kind: "unavailable" });
  const stops = {
    kind: "reply",
    text: "a long text",
    delivery: { stopAfter: { bytes: 300, how: "silence" } },
  } as const;
  expect(await failure(stops, { timeoutMs: 500 })).toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("sent nothing"),
  });
});

it("does not read a reply that never ends", async () => {
  expect(await failure({ kind: "endless" })).toMatchObject({
    kind: "malformed",
    message: expect.stringContaining("without end"),
  });
});

it("stops when it is told to, with the reason that it is told", async () => {
  const before = new AbortController();
  const stopping = (): ScriptedTurn => {
    setImmediate(() => before.abort(new Error("enough")));
    return { kind: "silent" };
  };
  await using server = await startScriptedServer([stopping, { kind: "endless" }]);
  const model = createOpenAiClient({ baseUrl: server.baseUrl, model: "m-1" });
  const silent = model.ask(REQUEST, { signal: before.signal });
  await expect(silent).rejects.toThrow("enough");
  const within = new AbortController();
  const endless = model.ask(REQUEST, {
    signal: within.signal,
    onText: () => within.abort(new Error("too much")),
  });
  await expect(endless).rejects.toThrow("too much");
  await expect(model.ask(REQUEST, { signal: within.signal })).rejects.toThrow("too much");
});

it("lets a listener's error through as it is", async () => {
  await using server = await startScriptedServer([{ kind: "reply", text: "a" }]);
  const model = createOpenAiClient({ baseUrl: server.baseUrl, model: "m-1" });
  const onText = (): never => {
    throw new RangeError("a bug of the listener's");
  };
  await expect(model.ask(REQUEST, { signal: never, onText })).rejects.toThrow(RangeError);
});

it("tells no header that cannot be sent", async () => {
  const model = createOpenAiClient({ model: "m-1", headers: { "x-gateway": `${KEY}\n` + "\u0001" } });
  const error: unknown = await model.ask(REQUEST, { signal: never }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ failure: { kind: "invalid" } });
  expect(inspect(error, { depth: 10 })).not.toContain(KEY);
});

it("never sends a key where it was not told to", async () => {
  const away = { kind: "error", status: 307, headers: { location: "http://127.0.0.1:9/steal" } } as const;
  expect(await failure(away)).toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("redirects"),
  });
});
