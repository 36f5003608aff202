import { expect, test } from "vitest";
import { readCase } from "./read-case.ts";

const HEADER = "classes: unsupported-argument\nexpect: fixers\nwhy: One letter of the name is missing.\n\n";
const FILES = "-- main.tf --\na = 1\n-- modules/net/main.tf --\nb = 1\n-- fixed/main.tf --\na = 2\n";
const PATH = "arguments/near-name.txtar";

test("a case is its header and its files, and what is fixed lies over what is broken", () => {
  expect(readCase(PATH, HEADER + FILES)).toEqual({
    id: "near-name",
    family: "arguments",
    expect: "fixers",
    classes: ["unsupported-argument"],
    why: "One letter of the name is missing.",
    rules: [],
    broken: { "main.tf": "a = 1\n", "modules/net/main.tf": "b = 1\n" },
    intended: { "main.tf": "a = 2\n", "modules/net/main.tf": "b = 1\n" },
    worst: null,
    state: null,
    applied: [],
  });
});

test("a state and what an apply met are no files of the configuration", () => {
  const met = '[{ "severity": "error", "summary": "creating EC2 Instance" }]';
  const read = readCase(
    PATH,
    `${HEADER}${FILES}-- terraform.tfstate --\n{}\n-- diagnostics.json --\n${met}\n`,
  );
  expect(Object.keys(read.broken)).toEqual(["main.tf", "modules/net/main.tf"]);
  expect(read.state).toBe("{}\n");
  expect(read.applied).toEqual([{ severity: "error", summary: "creating EC2 Instance" }]);
});

test("files of Windows have its line ends", () => {
  expect(readCase(PATH, `line-ends: crlf\n${HEADER}${FILES}`).broken["main.tf"]).toBe("a = 1\r\n");
});

test.each([
  ["an unknown key", "expected: fixers\n" + HEADER + FILES, "not one of the keys"],
  ["a key twice", "expect: model\n" + HEADER + FILES, "expect is there twice"],
  ["no classes", HEADER.replace(/classes.*\n/, "") + FILES, "classes is missing"],
  [
    "a class that is none",
    HEADER.replace("unsupported-argument", "wrong") + FILES,
    "no class of problems: wrong",
  ],
  ["an expectation that is none", HEADER.replace("fixers", "hope") + FILES, "expect is not one of"],
  ["no reason", HEADER.replace(/why.*\n/, "why: Typo.\n") + FILES, "why is missing, or no sentence"],
  ["nothing intended", HEADER + FILES.replace(/-- fixed[^]*/, ""), "needs a section -- fixed/"],
  [
    "a repair that changes nothing",
    HEADER + FILES.replace("a = 2", "a = 1"),
    "is no different from what is broken",
  ],
  ["a section twice", HEADER + FILES + FILES, "section main.tf is there twice"],
  ["a path outside", HEADER + FILES + "-- ../x.tf --\n", "leaves the directory"],
  [
    "a refusal without a proposal",
    HEADER.replace("fixers", "refused") + FILES,
    "-- worst/… -- is for expect: refused",
  ],
  ["a rule that is none", "rules: be-nice\n" + HEADER + FILES, "no rule of the guards: be-nice"],
  [
    "a state that is no JSON",
    HEADER + FILES + "-- terraform.tfstate --\n{\n",
    "terraform.tfstate is not JSON",
  ],
  [
    "what an apply met as prose",
    HEADER + FILES + "-- diagnostics.json --\nquota\n",
    "diagnostics.json is not a list",
  ],
])("%s is refused, with the file's name", (_, text, message) => {
  expect(() => readCase(PATH, text)).toThrow(message);
  expect(() => readCase(PATH, text)).toThrow(PATH);
});
