import { expect, test } from "vitest";
import { proposed } from "../testing/propose.ts";
import { argumentRedefined } from "./argument-redefined.ts";
import { duplicateDeclaration } from "./duplicate-declaration.ts";
import { invalidName } from "./invalid-name.ts";
import { staticReferences } from "./static-references.ts";
import { versionConstraint } from "./version-constraint.ts";

const A = 'output "o" {\n  value = 1\n  sensitive = true\n}\n';

test.each([
  [`${A}\n«output "o"» {\n  sensitive = true\n  value     = 1\n}\n`, A],
  // A comment is lost only where the other has it, too.
  [`${A}\n«output "o"» {\n  # again\n  sensitive = true\n  value     = 1\n}\n`, null],
  [
    'output "o" {\n  value = 1 # one\n}\n\n«output "o"» {\n  value = 1 # one\n}\n',
    'output "o" {\n  value = 1 # one\n}\n',
  ],
  // What is said above it is of it: another one may have been meant.
  [`# first\n${A}\n# second\n«output "o"» {\n  sensitive = true\n  value     = 1\n}\n`, null],
  [`# first\n${A}\n# first\n«output "o"» {\n  sensitive = true\n  value     = 1\n}\n`, `# first\n${A}`],
  [`${A}# second\n\n«output "o"» {\n  sensitive = true\n  value     = 1\n}\n`, `${A}# second\n`],
  [`${A}«output "o"» {\n  value = 2\n}\n`, "unsure: main.tf:1, main.tf:5"],
  [`${A}«output "o"» {\n  value = 1\n}\n`, "unsure: main.tf:1, main.tf:5"],
  [
    'locals {\n  a = "x"\n  b = 1\n}\nlocals {\n  «a» = "x" # again\n  c = 2\n}\n',
    null, // A comment stands on the line: it is not thrown away.
  ],
  [
    'locals {\n  a = "x"\n}\nlocals {\n  «a» = "x"\n  c = 2\n}\n',
    'locals {\n  a = "x"\n}\nlocals {\n  c = 2\n}\n',
  ],
  [
    'resource "a_b" "c" {\n  x {\n    y = 1\n  }\n  x {\n    y = 2\n  }\n}\n«resource "a_b" "c"» {\n  x {\n    y = 2\n  }\n  x {\n    y = 1\n  }\n}\n',
    "unsure: main.tf:1, main.tf:9", // The order of blocks can mean something.
  ],
  [
    'provider "aws" {\n  alias = "x"\n}\n«provider "aws"» {\n}\n',
    null, // Not the same: one has an alias.
  ],
])("declared twice: %j", (text, expected) => {
  expect(proposed(duplicateDeclaration, "duplicate-declaration", text, {})).toBe(expected);
});

test.each([
  ["locals {\n  a = { b = 1 }\n  «a» = { b = 1 }\n}\n", "locals {\n  a = { b = 1 }\n}\n"],
  ["locals {\n  a = [1]\n  «a» = [\n    1 # one\n  ]\n}\n", null],
  ["locals {\n  a = 1\n  # again\n  «a» = 1\n}\n", null],
  ["locals {\n  a = 1\n  «a» = 2\n}\n", "unsure: main.tf:2: a = 1, main.tf:3: a = 2"],
  ['locals {\n  a = 1\n  «a» = "1"\n}\n', 'unsure: main.tf:2: a = 1, main.tf:3: a = "1"'],
])("set twice: %j", (text, expected) => {
  expect(proposed(argumentRedefined, "argument-redefined", text, {})).toBe(expected);
});

const named = (name: string, rest = ""): string => `resource "a_b" ${name} {\n}\n${rest}`;

test.each([
  ['«"1st"»', "", '"_1st"'],
  ['«"my web"»', "", '"my_web"'],
  ['«"a.b"»', "", '"a_b"'],
  // Taken, mentioned, or nothing is left of it.
  ['«"a.b"»', 'resource "a_b" "a_b" {\n}\n', null],
  ['«"a b"»', 'locals {\n  x = a_b["a b"]\n}\n', null],
  ['«"a.b"»', "locals {\n  x = a_b.a.b\n}\n", null],
  ['«"..."»', "", null],
])("the name %s", (name, rest, expected) => {
  const result = proposed(invalidName, "invalid-name", named(name, rest), { names: { why: "characters" } });
  expect(result?.startsWith("unsure") === true ? null : result).toBe(
    expected === null ? null : named(expected, rest),
  );
});

test("names that others know or that are reserved are not changed", () => {
  const names = { why: "characters" };
  expect(proposed(invalidName, "invalid-name", 'variable «"1a"» {\n}\n', { names })).toBe("unsure: _1a");
  expect(proposed(invalidName, "invalid-name", 'output «"a b"» {\n  value = 1\n}\n', { names })).toBe(
    "unsure: a_b",
  );
  expect(
    proposed(invalidName, "invalid-name", 'variable «"count"» {\n}\n', { names: { why: "reserved" } }),
  ).toBeNull();
});

test.each([
  ["5.x", "~> 5.0"],
  ["5.1.*", "~> 5.1.0"],
  ["^5.1", "~> 5.1"],
  ["^5.1.2", ">= 5.1.2, < 6.0.0"],
  ["==5.1", "= 5.1"],
  ["=> 5.1", ">= 5.1"],
  [">= 5.0 < 6.0", ">= 5.0, < 6.0"],
  [">= 5.0 && < 6.0", ">= 5.0, < 6.0"],
  ["^0.5", null],
  ["~5.1", null],
  ["latest", null],
  ["", null],
  [">= one.five", null],
  ["5.0 - 6.0", null],
  ["5.x || 6.x", null],
])("the version constraint %j", (written, meant) => {
  const file = (text: string): string => `terraform {\n  required_version = "${text}"\n}\n`;
  const marked = file(written).replace(`"${written}"`, `«"${written}"»`);
  const result = proposed(versionConstraint, "invalid-version-constraint", marked, {});
  expect(result?.startsWith("unsure") === true ? null : result).toBe(meant === null ? null : file(meant));
});

const meta = (line: string): string => `resource "a_b" "c" {\n  ${line}\n}\n`;

test.each([
  [
    "invalid-dependency",
    "depends_on = [«a_b.x.id», data.a_b.y.id, module.m]",
    "depends_on = [a_b.x, data.a_b.y, module.m]",
    {},
  ],
  ["invalid-dependency", "depends_on = [«a_b.x[0].id»]", "depends_on = [a_b.x[0]]", {}],
  ["invalid-dependency", "depends_on = [«upper(a_b.x)»]", null, {}],
  ["invalid-expression", "depends_on = «a_b.x»", "depends_on = [a_b.x]", { why: "static" }],
  ["invalid-expression", "depends_on = «concat(a_b.x)»", null, { why: "static" }],
  ["invalid-expression", "depends_on = «a_b.x»", null, { why: "operand" }],
  ["invalid-expression", "name = «a_b.x»", null, { why: "static" }],
  [
    "invalid-lifecycle",
    'lifecycle {\n    ignore_changes = «["*"]»\n  }',
    "lifecycle {\n    ignore_changes = all\n  }",
    { why: "wildcard" },
  ],
  ["invalid-lifecycle", 'lifecycle {\n    ignore_changes = «["*", tags]»\n  }', null, { why: "wildcard" }],
  [
    "invalid-expression",
    "lifecycle {\n    ignore_changes = «tags»\n  }",
    "lifecycle {\n    ignore_changes = [tags]\n  }",
    { why: "static" },
  ],
] as const)("%s: %s", (problemClass, written, meant, names) => {
  const result = proposed(staticReferences, problemClass, meta(written), { names });
  expect(result).toBe(meant === null ? null : meta(meant));
});
