import { expect, test } from "vitest";
import { jsonLines } from "./json-lines.ts";

async function read(chunks: readonly (Buffer | string)[]): Promise<readonly unknown[]> {
  async function* stream(): AsyncGenerator<Buffer | string> {
    yield* chunks;
  }
  const values: unknown[] = [];
  for await (const value of jsonLines(stream())) values.push(value);
  return values;
}

test("values come out whole, wherever the stream was cut", async () => {
  const bytes = Buffer.from('{"stream":"Schritt für Schritt"}\n{"aux":{"ID":"sha256:1"}}\r\n{"error":"no"}');
  const wanted = [{ stream: "Schritt für Schritt" }, { aux: { ID: "sha256:1" } }, { error: "no" }];
  for (let at = 0; at <= bytes.length; at++)
    expect(await read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(wanted);
});

test("lines that are no JSON are left out", async () => {
  expect(await read(["\n", "warning: something\n", "{ not\n", "1\n"])).toEqual([1]);
});

test("a line that does not end is an error, and is not kept for ever", async () => {
  const endless = Array.from({ length: 20 }, () => "x".repeat(100_000));
  await expect(read(endless)).rejects.toThrow("does not end");
});
