import { expect, it } from "vitest";
import { type BodySeen, limitedFetch } from "./limited-fetch.ts";
import { startScriptedServer } from "./testing/index.ts";

const LIMITS = { silenceMs: 5000, totalMs: 5000, bytesMax: 2 ** 30 };
const BODY = JSON.stringify({ model: "m", max_tokens: 5, messages: [{ role: "user", content: "Go." }] });

/** What reading a scripted response comes to, and what was seen of it. */
async function read(turn: Parameters<typeof startScriptedServer>[0], limits: Partial<typeof LIMITS> = {}) {
  await using server = await startScriptedServer(turn);
  let seen: BodySeen | undefined;
  const bounded = limitedFetch({ ...LIMITS, ...limits }, (body) => {
    seen = body;
  });
  const response = await bounded(`${server.baseUrl}/chat/completions`, { method: "POST", body: BODY });
  const text = await response.text().catch((error: unknown) => error);
  return { text, seen };
}

it("lets through what ends in time, and tells that it did", async () => {
  const { text, seen } = await read([{ kind: "raw", type: "text/plain", body: "x".repeat(100_000) }]);
  expect(text).toHaveLength(100_000);
  expect(seen).toEqual({ isEnded: true, tail: "x".repeat(64) });
});

it("stops what goes on for too long although it never falls silent, and what is too much", async () => {
  expect((await read([{ kind: "endless" }], { totalMs: 30 })).text).toMatchObject({ limit: "total" });
  expect((await read([{ kind: "endless" }], { bytesMax: 10_000 })).text).toMatchObject({ limit: "size" });
});

it("stops what falls silent, however long it might take in all", async () => {
  const delivery = { stopAfter: { bytes: 10, how: "silence" } } as const;
  const { text, seen } = await read([{ kind: "raw", type: "text/plain", body: "x".repeat(99), delivery }], {
    silenceMs: 30,
  });
  expect(text).toMatchObject({ limit: "silence" });
  expect(seen?.isEnded).toBe(false);
});
