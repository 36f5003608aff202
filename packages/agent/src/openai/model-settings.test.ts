import { expect, it } from "vitest";
import { createOpenAiClient } from "./openai-client.ts";
import { modelSettings } from "./model-settings.ts";

const KEY = "sk-test-0123456789abcdef";

it("asks no model where none is set up, and says why", () => {
  expect(modelSettings({})).toEqual({
    kind: "none",
    why: "No model is asked: neither OPENAI_API_KEY nor OPENAI_BASE_URL is set",
  });
  expect(modelSettings({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: " " })).toEqual({
    kind: "none",
    why: "No model is asked: OPENAI_API_KEY is set, but no model is named. Set APEX_MODEL",
  });
  expect(modelSettings({ OPENAI_MODEL: "m" })).toMatchObject({ kind: "none" });
});

it("reads a server, a key and prices; Apex's own name of the model comes first", () => {
  const env = {
    OPENAI_API_KEY: ` ${KEY}\n`,
    OPENAI_BASE_URL: "http://localhost:11434/v1/",
    OPENAI_MODEL: "other",
    APEX_MODEL: "qwen3:32b",
    APEX_MODEL_PRICE_INPUT: "0.40",
    APEX_MODEL_PRICE_OUTPUT: "1.6",
    APEX_MODEL_CURRENCY: "EUR",
  };
  expect(modelSettings(env)).toEqual({
    kind: "model",
    settings: {
      apiKey: KEY,
      baseUrl: "http://localhost:11434/v1",
      model: "qwen3:32b",
      prices: { inputPerMillion: "0.4", outputPerMillion: "1.6", currency: "EUR" },
    },
  });
  expect(modelSettings({ OPENAI_BASE_URL: "https://models.example/v1", APEX_MODEL: "m" })).toEqual({
    kind: "model",
    settings: { baseUrl: "https://models.example/v1", model: "m", prices: null },
  });
});

it("refuses what cannot be meant, without telling a secret", () => {
  const base = { OPENAI_API_KEY: KEY, APEX_MODEL: "m" };
  const wrong: [Record<string, string>, string][] = [
    [{ APEX_MODEL: "m" }, "APEX_MODEL is set, but neither"],
    [{ ...base, APEX_MODEL_PRICE_INPUT: "1" }, "APEX_MODEL_PRICE_OUTPUT is not set"],
    [{ ...base, APEX_MODEL_PRICE_OUTPUT: "1" }, "APEX_MODEL_PRICE_INPUT is not set"],
    [
      { ...base, APEX_MODEL_PRICE_INPUT: "1", APEX_MODEL_PRICE_OUTPUT: "-1" },
      "APEX_MODEL_PRICE_OUTPUT must be",
    ],
    [
      { ...base, APEX_MODEL_PRICE_INPUT: "$1", APEX_MODEL_PRICE_OUTPUT: "1" },
      "APEX_MODEL_PRICE_INPUT must be",
    ],
    [{ ...base, APEX_MODEL_PRICE_INPUT: "0.0000000001", APEX_MODEL_PRICE_OUTPUT: "1" }, "at most 9 decimals"],
    [{ ...base, APEX_MODEL_CURRENCY: "dollars" }, "APEX_MODEL_CURRENCY must be"],
    [{ ...base, OPENAI_BASE_URL: "localhost:8080" }, "OPENAI_BASE_URL must start with"],
    [{ ...base, OPENAI_BASE_URL: "/v1" }, "OPENAI_BASE_URL is not a URL"],
    [
      { ...base, OPENAI_BASE_URL: `https://user:${KEY}@models.example/v1` },
      "must not hold a user or a password",
    ],
    [{ ...base, OPENAI_BASE_URL: `https://models.example/v1?api-key=${KEY}` }, "https://models.example/v1"],
    [{ ...base, OPENAI_API_KEY: `${KEY} ${KEY}` }, "OPENAI_API_KEY is no key"],
    [{ ...base, APEX_MODEL: "a model" }, "must be one word"],
  ];
  for (const [env, words] of wrong) {
    expect(() => modelSettings(env)).toThrow(words);
    expect(() => modelSettings(env)).not.toThrow(KEY);
    expect(() => modelSettings(env)).toThrow(
      expect.objectContaining({ name: "AdapterError", kind: "invalid" }),
    );
  }
});

it("refuses the same of who makes a client by hand", () => {
  expect(() => createOpenAiClient({ model: "m", apiKey: "a\nb" })).toThrow("OPENAI_API_KEY is no key");
  expect(() => createOpenAiClient({ model: "m", baseUrl: "ftp://x/" })).toThrow("http");
  expect(() => createOpenAiClient({ model: "" })).toThrow("one word");
});
