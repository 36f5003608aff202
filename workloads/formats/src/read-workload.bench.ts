import { BENCH_RUNS } from "@apex/core/testing/bench-runs";
import { expect, test } from "vitest";
import { readWorkload } from "./read-workload.ts";

const LINES = 5_000;
const CHUNK_CHARS = 65_536;

const text = Array.from({ length: LINES }, (_, line) => {
  const second = String(line % 60).padStart(2, "0");
  const minute = String(Math.floor(line / 60) % 60).padStart(2, "0");
  return `192.0.2.${line % 250} - - [17/May/2024:10:${minute}:${second} +0200] "GET /shop/item/${line % 900}?ref=${line} HTTP/1.1" 200 ${line} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`;
}).join("\n");
const chunks = Array.from({ length: Math.ceil(text.length / CHUNK_CHARS) }, (_, index) =>
  text.slice(index * CHUNK_CHARS, (index + 1) * CHUNK_CHARS),
);

const PATTERN = /^(\S+) (\S+) (\S+) \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"$/;

test("5,000 lines of the combined format", async ({ bench }) => {
  await bench("readWorkload: typed columns, redacted, sorted", async () => {
    const reading = await readWorkload([{ name: "access.log", chunks }]);
    expect(reading.kind === "read" && reading.workload.timesMs.length).toBe(LINES);
  }).run(BENCH_RUNS);
  await bench("split and one regular expression: all fields as strings, nothing redacted", () => {
    const rows = text.split("\n").flatMap((line) => PATTERN.exec(line)?.slice(1) ?? []);
    expect(rows).toHaveLength(LINES * 10);
  }).run(BENCH_RUNS);
  await bench("split, one regular expression, Date.parse, one object a line", () => {
    const rows = text.split("\n").flatMap((line) => {
      const match = PATTERN.exec(line);
      if (match === null) return [];
      const [, , , , stamp = "", method, path, status, bytes] = match;
      const timeMs = Date.parse(stamp.replace(":", " ").replaceAll("/", " "));
      return [{ timeMs, method, path, status: Number(status), bytes: Number(bytes) }];
    });
    expect(rows).toHaveLength(LINES);
  }).run(BENCH_RUNS);
});
