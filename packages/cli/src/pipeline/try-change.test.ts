import { AdapterError, type Validation, type VerdictKind } from "@apex/core";
import { expect, test } from "vitest";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { isProven, triedDiagnostics, tryChange } from "./try-change.ts";
import type { ValidateResult } from "./validate.ts";

const OVERLAY = new Map([["main.tf", "changed"]]);
const { signal } = new AbortController();

function judged(kind: VerdictKind, ...untried: readonly string[]): ValidateResult {
  const validation = { target: "aws_instance.a", verdict: { kind } } as Validation;
  return { validation, untried, diagnostics: [] };
}

async function failing(error: unknown, stop = signal) {
  return tryChange(() => Promise.reject(error), OVERLAY, stop);
}

test.each([
  [new CommandError(EXIT_CODES.wrongUse, "several services: name one\n  --target a"), EXIT_CODES.wrongUse],
  // The patch is there: "nothing could be done" would be wrong.
  [new CommandError(EXIT_CODES.nothingToDo, "nothing to validate by load"), EXIT_CODES.undecided],
  [new CommandError(EXIT_CODES.planRefused, "cannot apply"), EXIT_CODES.planRefused],
  [new AdapterError("invalid", "No CPU metric."), EXIT_CODES.badInput],
  [new AdapterError("unavailable", "The engine broke"), EXIT_CODES.badInput],
])("what a user can mend takes nothing away: %s", async (error, exitCode) => {
  const tried = await failing(error);
  if (tried.kind !== "not-validated") throw new Error(tried.kind);
  expect(tried.error.exitCode).toBe(exitCode);
  expect(tried.error.message).toContain(error.message);
  expect(isProven(tried)).toBe(false);
  const [diagnostic] = triedDiagnostics(tried);
  expect(diagnostic).toMatchObject({ severity: "error", code: "not-validated" });
  expect(diagnostic?.summary).toMatch(/^The change was not validated by load: .*[^.:]$/);
});

test("addresses to choose from are detail, not part of the sentence", async () => {
  const tried = await failing(new CommandError(EXIT_CODES.wrongUse, "name one:\n  --target a\n  --target b"));
  expect(triedDiagnostics(tried)).toMatchObject([
    {
      summary: "The change was not validated by load: name one",
      detail: "  --target a\n  --target b",
    },
  ]);
});

test("Ctrl-C and bugs of ours are thrown", async () => {
  const stopped = new AbortController();
  stopped.abort(new Error("stopped by SIGINT"));
  await expect(failing(new AdapterError("unavailable", "gone"), stopped.signal)).rejects.toThrow("SIGINT");
  await expect(failing(new TypeError("ours"))).rejects.toThrow(TypeError);
});

test("only a pass of all that changes is a proof; with nothing asked none is needed", async () => {
  const tried = (result: ValidateResult) => tryChange(() => Promise.resolve(result), OVERLAY, signal);
  expect(isProven(await tried(judged("pass")))).toBe(true);
  expect(isProven(await tried(judged("fail")))).toBe(false);
  expect(isProven(await tried(judged("inconclusive")))).toBe(false);
  expect(isProven(await tried(judged("pass", "aws_instance.b")))).toBe(false);
  expect(isProven(await tryChange(undefined, OVERLAY, signal))).toBe(true);
  expect(await tryChange(() => Promise.resolve(judged("fail")), new Map(), signal)).toEqual({
    kind: "not-asked",
  });
});

test("the report names the services that were not tried", async () => {
  const many = Array.from({ length: 25 }, (_, index) => `aws_instance.b[${index}]`);
  const tried = await tryChange(() => Promise.resolve(judged("pass", ...many)), OVERLAY, signal);
  const [diagnostic] = triedDiagnostics(tried);
  expect(diagnostic?.summary).toBe(
    "Only aws_instance.a was tried: of 25 more services that the change touches nothing is proven",
  );
  expect(diagnostic?.detail).toContain("aws_instance.b[0]\n");
  expect(diagnostic?.detail).toMatch(/and 5 more$/);
});
