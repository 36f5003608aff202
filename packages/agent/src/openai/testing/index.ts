/** A server that speaks the protocol of OpenAI's chat completions and says what its script tells: for tests of what asks a model. */
export { type ScriptedCall, type ScriptedReply } from "./render-reply.ts";
export { type ChatRequest } from "./request-shape.ts";
export {
  type Delivery,
  type Script,
  type ScriptedOptions,
  type ScriptedServer,
  type ScriptedTurn,
  startScriptedServer,
} from "./scripted-server.ts";
