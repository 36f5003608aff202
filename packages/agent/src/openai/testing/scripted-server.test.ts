import { expect, it } from "vitest";
import { type ScriptedTurn, startScriptedServer } from "./scripted-server.ts";

const TURN: ScriptedTurn = { kind: "reply", text: "a" };
const TOOL = { type: "function", function: { name: "f", description: "d", parameters: {}, strict: true } };

/** What closing says after one request with these parts. */
async function complaint(parts: object): Promise<string> {
  const server = await startScriptedServer(() => TURN);
  const messages = [{ role: "user", content: "Go." }];
  const body = JSON.stringify({ model: "m", max_tokens: 5, messages, ...parts });
  await fetch(`${server.baseUrl}/chat/completions`, { method: "POST", body });
  return await server.close().then(
    () => "",
    (error: unknown) => String(error),
  );
}

it("takes a request as it is published", async () => {
  const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };
  const messages = [
    { role: "system", content: "s" },
    { role: "user", content: "u" },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "c", content: "" },
  ];
  const parameters = {
    type: "object",
    properties: { a: { type: "array", items: { type: "string" } } },
    required: ["a"],
    additionalProperties: false,
  };
  const tools = [{ ...TOOL, function: { ...TOOL.function, parameters } }];
  expect(await complaint({ messages, tools })).toBe("");
});

it("fails for each thing that a server would refuse", async () => {
  const call = (id: string, text = "{}") => ({
    id,
    type: "function",
    function: { name: "f", arguments: text },
  });
  const user = { role: "user", content: "u" };
  const assistant = (...calls: object[]) => ({ role: "assistant", content: null, tool_calls: calls });
  const tool = (id: string) => ({ role: "tool", tool_call_id: id, content: "x" });
  const schema = (parameters: object) => ({
    tools: [{ ...TOOL, function: { ...TOOL.function, parameters } }],
  });
  const wrong: [object, string][] = [
    [{ temperature: 0 }, "temperature"],
    [{ max_tokens: undefined }, "exactly one limit"],
    [{ stream_options: { include_usage: true } }, "stream_options without stream"],
    [{ messages: [{ role: "developer", content: "x" }] }, "role"],
    [{ messages: [user, assistant(call("a"))] }, "no answer to a"],
    [{ messages: [user, assistant(call("a")), user] }, "comes before the answers to a"],
    [{ messages: [user, tool("a")] }, "answers a, which is no open call"],
    [{ messages: [user, assistant(call("a")), tool("a"), tool("a")] }, "answers a"],
    [{ messages: [user, assistant(call("a"), call("a")), tool("a")] }, "calls of the same id"],
    [{ messages: [user, assistant(call("a", "{")), tool("a")] }, "not the text of a JSON object"],
    [{ messages: [user, { role: "assistant", content: "x" }] }, "the model's own"],
    [schema({ type: "object", properties: {}, required: [] }), "must not allow other properties"],
    [
      schema({
        type: "object",
        properties: { a: { type: "string" } },
        required: [],
        additionalProperties: false,
      }),
      "must require all",
    ],
    [
      schema({ type: "object", properties: {}, required: [], additionalProperties: false, $schema: "x" }),
      "$schema",
    ],
  ];
  for (const [parts, words] of wrong) expect(await complaint(parts)).toContain(words);
});

it("fails when the script is not followed to its end, goes on after it, or throws", async () => {
  const unused = await startScriptedServer([TURN]);
  await expect(unused.close()).rejects.toThrow("1 turns of the script were not asked for");
  const body = JSON.stringify({ model: "m", max_tokens: 5, messages: [{ role: "user", content: "Go." }] });
  const post = async (baseUrl: string) =>
    await fetch(`${baseUrl}/chat/completions`, { method: "POST", body });
  const short = await startScriptedServer([]);
  expect((await post(short.baseUrl)).status).toBe(500);
  await expect(short.close()).rejects.toThrow("turn 1 is not in the script");
  const asserting = await startScriptedServer(() => {
    throw new Error("the schema slice is missing");
  });
  expect((await post(asserting.baseUrl)).status).toBe(500);
  await expect(asserting.close()).rejects.toThrow("the schema slice is missing");
});
