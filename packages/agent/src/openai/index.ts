/**
 * A model behind any server that speaks OpenAI's chat completions. One turn at a time: trying again, and what a run may cost, are
 * the loop's.
 */
export { createOpenAiClient, type OpenAiOptions } from "./openai-client.ts";
export { type ModelChoice, modelSettings, type ModelSettings } from "./model-settings.ts";
