/** A call that a scripted model makes. */
export interface ScriptedCall {
  readonly name: string;
  /** Written as JSON; text is sent as it is, be it JSON or not. */
  readonly arguments: unknown;
  /** Absent: one is made up. `null`: the server sends none. */
  readonly id?: string | null;
}

/** What a scripted model says in a turn. */
export interface ScriptedReply {
  readonly text?: string;
  readonly toolCalls?: readonly ScriptedCall[];
  readonly refusal?: string;
  /** As the server says it; what fits unless told. */
  readonly finishReason?: string | null;
  /** `null`: the server tells none. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

const USAGE = { prompt_tokens: 100, completion_tokens: 20 };
/** Characters of a delta. */
const PIECE = 7;

function pieces(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );
}

function argumentsText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function finishOf({ finishReason, toolCalls }: ScriptedReply): string | null {
  if (finishReason !== undefined) return finishReason;
  return (toolCalls ?? []).length > 0 ? "tool_calls" : "stop";
}

function idOf(call: ScriptedCall, place: string): { id?: string } {
  return call.id === null ? {} : { id: call.id ?? `call_${place}` };
}

function totals(reply: ScriptedReply): object | null {
  const usage = reply.usage === undefined ? USAGE : reply.usage;
  return usage === null ? null : { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}

/** The deltas of a reply: role, text, refusal, then each call with its arguments in pieces. */
function deltasOf(reply: ScriptedReply, turn: number): object[] {
  const calls = (reply.toolCalls ?? []).flatMap((call, index) => [
    {
      tool_calls: [
        {
          index,
          type: "function",
          ...idOf(call, `${turn}${index}`),
          function: { name: call.name, arguments: "" },
        },
      ],
    },
    ...pieces(argumentsText(call.arguments)).map((part) => ({
      tool_calls: [{ index, function: { arguments: part } }],
    })),
  ]);
  return [
    { role: "assistant", content: reply.text === undefined ? null : "" },
    ...pieces(reply.text ?? "").map((content) => ({ content })),
    ...pieces(reply.refusal ?? "").map((refusal) => ({ refusal })),
    ...calls,
  ];
}

/** A reply as server-sent events. `withUsage`: whether the request asked for it. */
export function eventsOf(
  reply: ScriptedReply,
  about: { model: string; turn: number; withUsage: boolean },
): string {
  const { model, turn, withUsage } = about;
  const head = { id: `chatcmpl-${turn}`, object: "chat.completion.chunk", created: 1_700_000_000, model };
  const chunk = (delta: object, finish_reason: string | null): object => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
    ...(withUsage ? { usage: null } : {}),
  });
  const usage = totals(reply);
  const chunks = [
    ...deltasOf(reply, turn).map((delta) => chunk(delta, null)),
    chunk({}, finishOf(reply)),
    ...(withUsage && usage !== null ? [{ ...head, choices: [], usage }] : []),
  ];
  return [...chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`), "data: [DONE]\n\n"].join("");
}

/** A reply as one completion. */
export function completionOf(reply: ScriptedReply, about: { model: string; turn: number }): object {
  const { model, turn } = about;
  const tool_calls = (reply.toolCalls ?? []).map((call, index) => ({
    ...idOf(call, `${turn}${index}`),
    type: "function",
    function: { name: call.name, arguments: argumentsText(call.arguments) },
  }));
  const usage = totals(reply);
  return {
    id: `chatcmpl-${turn}`,
    object: "chat.completion",
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: reply.text ?? null,
          refusal: reply.refusal ?? null,
          ...(tool_calls.length === 0 ? {} : { tool_calls }),
        },
        finish_reason: finishOf(reply),
        logprobs: null,
      },
    ],
    ...(usage === null ? {} : { usage }),
  };
}
