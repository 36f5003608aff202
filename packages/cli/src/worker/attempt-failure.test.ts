import { AdapterError } from "@apex/core";
import { expect, test } from "vitest";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { failureOf } from "./attempt-failure.ts";

const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

test.each([
  ["the disk is full", full, true],
  [
    "the disk is full, as the store says it",
    new AdapterError("denied", "cannot work", { cause: full }),
    true,
  ],
  ["something is away", new AdapterError("unavailable", "away"), true],
  ["a directory may not be written", new AdapterError("denied", "cannot work"), false],
  ["an input is wrong", new CommandError(EXIT_CODES.badInput, "no log"), false],
])("when %s, whether another attempt may do: %#", (_name, error, mayConverge) => {
  expect(failureOf(error, "")).toEqual({ kind: "failed", message: error.message, mayConverge });
});

test("what was said before goes below the message, and a bug is thrown on", () => {
  const error = new CommandError(EXIT_CODES.badInput, "it does not plan, as reported above");
  expect(failureOf(error, "Error: bracket\n")).toMatchObject({
    message: "it does not plan, as reported below\nError: bracket",
  });
  expect(() => failureOf(new TypeError("ours"), "")).toThrow("ours");
});
