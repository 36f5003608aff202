import type { AppliedResource, JsonObject } from "@apex/core";
import { expect, test } from "vitest";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { recordedIo } from "../testing.ts";
import { chosenSides } from "./apply-sides.ts";

function machine(name: string, instanceType: string, rest: JsonObject = {}): AppliedResource {
  const values = { id: `i-${name}`, instance_type: instanceType, ...rest };
  return { address: `aws_instance.${name}`, mode: "managed", type: "aws_instance", name, values };
}

function refusal(sides: Parameters<typeof chosenSides>[1], wanted?: string) {
  const io = recordedIo();
  try {
    chosenSides(io, sides, wanted);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { exitCode: error.exitCode, stderr: io.stderr() };
  }
  throw new Error("nothing was refused");
}

test("the other services that change or go away are named: nothing is tried of them", () => {
  const before = [
    machine("a", "m5.xlarge"),
    machine("b", "m5.xlarge"),
    machine("c", "m5.xlarge"),
    machine("d", "m5.large"),
  ];
  const after = [
    machine("a", "m5.large"),
    machine("b", "m5.large"),
    machine("d", "m5.large"),
    machine("e", "m5.large"),
  ];
  const { pair, untried } = chosenSides(recordedIo(), [before, after], "aws_instance.a");
  expect(pair.candidate.machineType).toBe("m5.large");
  expect(untried).toEqual(["aws_instance.b", "aws_instance.c"]);
});

test("a single change leaves nothing untried", () => {
  const { untried } = chosenSides(
    recordedIo(),
    [[machine("a", "m5.xlarge")], [machine("a", "m5.large")]],
    undefined,
  );
  expect(untried).toEqual([]);
});

test("where no service is left that changes, it is said why they could not be read, once for both sides", () => {
  const sides = [
    [machine("a", "x9.huge"), machine("b", "m5.large")],
    [machine("a", "x9.small"), machine("b", "m5.large")],
  ] as const;
  const { exitCode, stderr } = refusal(sides);
  expect(exitCode).toBe(EXIT_CODES.nothingToDo);
  expect(stderr).toContain("aws_instance.a");
  expect(stderr).toContain("x9.small");
});

test("for a wanted address its own advice is enough; at most twenty are shown of all", () => {
  const many = Array.from({ length: 30 }, (_, index) => machine(`m${index}`, "x9.huge"));
  const wanted = refusal([many, many], "aws_instance.m7");
  expect(wanted.exitCode).toBe(EXIT_CODES.badInput);
  expect(wanted.stderr).toContain("aws_instance.m7");
  expect(wanted.stderr).not.toContain("aws_instance.m8");
  const mistyped = refusal([many, many], "aws_instance.zz");
  expect(mistyped.stderr.match(/aws_instance\.m\d+/g)?.length).toBe(20);
});

test("with several to choose from only those are listed: what else was said is beside the point", () => {
  const before = [machine("a", "m5.xlarge"), machine("b", "m5.xlarge"), machine("c", "x9.huge")];
  const after = [machine("a", "m5.large"), machine("b", "m5.large"), machine("c", "x9.huge")];
  expect(refusal([before, after])).toEqual({ exitCode: EXIT_CODES.wrongUse, stderr: "" });
});
