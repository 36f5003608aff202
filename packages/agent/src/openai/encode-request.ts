import { isJsonObject, parseJson } from "@apex/core";
import type OpenAI from "openai";
import type { ModelMessage, ModelRequest, ToolCall } from "../model/model-client.ts";
import type { Dialect } from "./dialect.ts";

type Parameters = OpenAI.Chat.Completions.ChatCompletionCreateParams;
type MessageParameter = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/**
 * A call as it is sent back. What the model wrote may be no JSON and no name, which servers refuse in a conversation although they
 * let it through in a reply; the answer to the call tells the model what was wrong with it.
 */
function callParameter({
  id,
  name,
  arguments: text,
}: ToolCall): OpenAI.Chat.Completions.ChatCompletionMessageFunctionToolCall {
  const isObject = isJsonObject(parseJson(text));
  const plain = name.replace(/[^\w-]/g, "_").slice(0, 64);
  return {
    id,
    type: "function",
    function: { name: plain === "" ? "unnamed" : plain, arguments: isObject ? text : "{}" },
  };
}

function messageParameter(message: ModelMessage): MessageParameter {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: message.text };
    case "tool":
      return { role: "tool", tool_call_id: message.callId, content: message.text };
    case "assistant":
      // Some servers take no message that says nothing.
      if (message.toolCalls.length === 0) return { role: "assistant", content: message.text || "…" };
      return {
        role: "assistant",
        content: message.text === "" ? null : message.text,
        tool_calls: message.toolCalls.map(callParameter),
      };
  }
}

/** A turn in the protocol's words, as far as the server knows them. */
export function encodeRequest(request: ModelRequest, model: string, dialect: Dialect): Parameters {
  const tools = request.tools.map(({ name, description, parameters }) => ({
    type: "function" as const,
    function: {
      name,
      description,
      parameters: parameters as Record<string, unknown>,
      ...(dialect.strictTools ? { strict: true } : {}),
    },
  }));
  return {
    model,
    messages: request.messages.map(messageParameter),
    ...(tools.length === 0 ? {} : { tools }),
    [dialect.tokenLimit]: request.outputTokensMax,
    stream: dialect.streams,
    ...(dialect.streams && dialect.streamUsage ? { stream_options: { include_usage: true } } : {}),
  };
}
