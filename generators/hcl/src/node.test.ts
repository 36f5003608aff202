import { expect, it } from "vitest";
import { loadHclParser } from "./node.ts";

it("can be asked for by several at once before it was ever loaded", async () => {
  const parsers = await Promise.all(Array.from({ length: 8 }, () => loadHclParser()));
  expect(parsers.map((parser) => parser.parse("main.tf", "a = 1\n").diagnostics)).toEqual(
    parsers.map(() => []),
  );
});
