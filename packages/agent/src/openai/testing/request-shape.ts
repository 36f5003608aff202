import { z } from "zod";

/**
 * The shape of requests as published, strict: a request that OpenAI's server would refuse, or a field that nobody meant to send, is
 * a violation. Source: OpenAI API reference, "Create chat completion", and "Structured outputs: supported schemas".
 */
const Name = z.string().regex(/^[\w-]{1,64}$/);

const ToolCallSent = z.strictObject({
  id: z.string().min(1).max(64),
  type: z.literal("function"),
  function: z.strictObject({
    name: Name,
    arguments: z.string().refine(isJsonObject, "is not the text of a JSON object"),
  }),
});

const MessageSent = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: z.string().min(1) }),
  z.strictObject({ role: z.literal("user"), content: z.string().min(1) }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.string().nullable(),
    tool_calls: z.array(ToolCallSent).min(1).optional(),
  }),
  z.strictObject({ role: z.literal("tool"), tool_call_id: z.string(), content: z.string() }),
]);

const ToolSent = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: Name,
    description: z.string().min(1).max(1024),
    parameters: z.record(z.string(), z.unknown()),
    strict: z.boolean().optional(),
  }),
});

const TokenLimit = z.int().positive();

export const ChatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(MessageSent).min(1),
  tools: z.array(ToolSent).min(1).max(128).optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
  max_completion_tokens: TokenLimit.optional(),
  max_tokens: TokenLimit.optional(),
});

/** A request as a scripted turn sees it. */
export type ChatRequest = z.infer<typeof ChatRequest>;
type Message = ChatRequest["messages"][number];

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Each call is answered once, by messages that follow it at once; no answer stands alone. */
function pairingViolations(messages: readonly Message[]): string[] {
  const found: string[] = [];
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      if (!open.delete(message.tool_call_id)) {
        found.push(`messages[${index}] answers ${message.tool_call_id}, which is no open call`);
      }
      continue;
    }
    if (open.size > 0) found.push(`messages[${index}] comes before the answers to ${[...open].join(", ")}`);
    const ids = message.role === "assistant" ? (message.tool_calls ?? []).map(({ id }) => id) : [];
    open = new Set(ids);
    if (open.size < ids.length) found.push(`messages[${index}] has calls of the same id`);
    if (message.role === "assistant" && message.content === null && ids.length === 0) {
      found.push(`messages[${index}] has neither content nor calls`);
    }
  }
  if (open.size > 0) found.push(`no answer to ${[...open].join(", ")}`);
  if (messages.at(-1)?.role === "assistant") found.push("the last message is the model's own");
  return found;
}

/** Words that strict schemas may hold. */
const SCHEMA_WORDS: ReadonlySet<string> = new Set(
  "type description properties required additionalProperties items enum anyOf".split(" "),
);

/** What strict mode refuses in a schema. */
function schemaViolations(schema: unknown, at: string): string[] {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [`${at} is no schema`];
  const node = schema as Readonly<Record<string, unknown>>;
  const found = Object.keys(node)
    .filter((word) => !SCHEMA_WORDS.has(word))
    .map((word) => `${at} has "${word}"`);
  if (node["type"] === "object") {
    const properties = (node["properties"] ?? {}) as Readonly<Record<string, unknown>>;
    const required = Array.isArray(node["required"]) ? node["required"] : [];
    const names = Object.keys(properties);
    if (node["additionalProperties"] !== false) found.push(`${at} must not allow other properties`);
    if (names.some((name) => !required.includes(name)) || required.length !== names.length) {
      found.push(`${at} must require all of its properties`);
    }
    for (const [name, inner] of Object.entries(properties))
      found.push(...schemaViolations(inner, `${at}.${name}`));
  }
  if (node["type"] === "array") found.push(...schemaViolations(node["items"], `${at}[]`));
  return found;
}

/** All that is wrong with a request; empty when a server would take it. */
export function requestViolations(body: unknown): string[] {
  const parsed = ChatRequest.safeParse(body);
  if (!parsed.success) return [z.prettifyError(parsed.error)];
  const { messages, tools, stream, stream_options, max_completion_tokens, max_tokens } = parsed.data;
  const found = pairingViolations(messages);
  for (const { function: tool } of tools ?? []) {
    if (tool.parameters["type"] !== "object") found.push(`${tool.name}: parameters must be an object`);
    if (tool.strict === true) found.push(...schemaViolations(tool.parameters, tool.name));
  }
  if (stream_options !== undefined && stream !== true) found.push("stream_options without stream");
  if ((max_completion_tokens === undefined) === (max_tokens === undefined)) {
    found.push("exactly one limit of tokens must be given");
  }
  return found;
}
