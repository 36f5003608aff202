import type { Validation, VerdictKind } from "@apex/core";
import { expect, test } from "vitest";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { TriedChange } from "../pipeline/try-change.ts";
import { optimizeExitCode } from "./optimize-exit-code.ts";

const CHANGED = { summary: { recommendations: { applied: 0, planned: 2 } } } as Parameters<
  typeof optimizeExitCode
>[0];

function judged(kind: VerdictKind, untried: readonly string[] = []): TriedChange {
  const validation = { target: "aws_instance.a", verdict: { kind } } as Validation;
  return { kind: "validated", result: { validation, untried, diagnostics: [] } };
}

function thrownBy(tried: TriedChange, asked: Parameters<typeof optimizeExitCode>[2]): CommandError {
  try {
    optimizeExitCode(CHANGED, tried, asked);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each([
  ["pass", EXIT_CODES.done],
  ["fail", EXIT_CODES.loadNotHeld],
  ["inconclusive", EXIT_CODES.undecided],
] as const)("a change that was tried as a whole ends as its verdict: %s", (kind, exitCode) => {
  expect(optimizeExitCode(CHANGED, judged(kind), { apply: true })).toBe(exitCode);
});

test("what --apply did not write because it was not tried can be found", () => {
  const tried = judged("pass", ["aws_instance.b", "aws_instance.c"]);
  const error = thrownBy(tried, { apply: true, out: "proof" });
  expect(error.exitCode).toBe(EXIT_CODES.undecided);
  expect(error.message).toBe(
    "--apply: no file was changed: aws_instance.a holds its load, and the change also touches what was not tried:\n" +
      "  aws_instance.b\n  aws_instance.c\n" +
      "Apply the patch yourself, or narrow the change with a policy (--policy). The report and the patch are in proof",
  );
  expect(thrownBy(tried, { apply: true }).message).toMatch(
    /With --out <dir> the report and the patch are written there$/,
  );
});

test("a change that could not be validated says where it is when it is undecided, and else what to mend", () => {
  const undecided = new CommandError(EXIT_CODES.undecided, "the change was not validated by load: nothing");
  expect(thrownBy({ kind: "not-validated", error: undecided }, { apply: false, out: "proof" })).toMatchObject(
    {
      exitCode: EXIT_CODES.undecided,
      message: "the change was not validated by load: nothing\nThe report and the patch are in proof",
    },
  );
  const wrong = new CommandError(EXIT_CODES.wrongUse, "the change was not validated by load: name it");
  expect(thrownBy({ kind: "not-validated", error: wrong }, { apply: false, out: "proof" })).toBe(wrong);
});
