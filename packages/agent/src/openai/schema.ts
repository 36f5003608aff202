import { z } from "zod";

/**
 * What is read of the protocol, and as servers that speak it send it: fields may be missing or null. Source: OpenAI API reference,
 * "Chat completions" (object and streaming chunk); the npm package `openai` 7.57.0, `resources/chat/completions`.
 */
const ContentPart = z.object({
  type: z.string().nullish(),
  text: z.string().nullish(),
  refusal: z.string().nullish(),
});

const Content = z.union([z.string(), z.array(ContentPart)]).nullish();

const FunctionPart = z.object({
  name: z.string().nullish(),
  /** JSON text; some servers send the object itself. */
  arguments: z.unknown(),
});

const ToolCallPart = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: FunctionPart.nullish(),
});

/** A message, or a piece of one. */
const MessagePart = z.object({
  content: Content,
  refusal: z.string().nullish(),
  tool_calls: z.array(ToolCallPart).nullish(),
  /** Before tools there was one function; some servers still answer so. */
  function_call: FunctionPart.nullish(),
});

const Usage = z.object({ prompt_tokens: z.unknown(), completion_tokens: z.unknown() });

/** A chunk of a stream, or a whole completion: they differ in whether a choice has `delta` or `message`. */
export const Completion = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        index: z.number().nullish(),
        delta: MessagePart.nullish(),
        message: MessagePart.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: Usage.nullish().catch(null),
});
export type Completion = z.infer<typeof Completion>;
export type MessagePart = z.infer<typeof MessagePart>;
export type ToolCallPart = z.infer<typeof ToolCallPart>;

/** What a server says of a failure, in the body of a response or in a stream. */
export const ServerError = z.object({
  message: z.unknown(),
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  type: z.string().nullish().catch(null),
  param: z.string().nullish().catch(null),
});
export type ServerError = z.infer<typeof ServerError>;

/** A body that is nothing but a failure, with a status that says all is well. */
export const FailedBody = z.object({ error: z.union([ServerError, z.string()]) });
