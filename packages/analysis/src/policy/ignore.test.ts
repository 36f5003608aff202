import { expect, test } from "vitest";
import { matchesPattern } from "../rightsizing/pattern.ts";
import { resource } from "../testing/builders.ts";
import { idleExceptions, ignoredBy } from "./ignore.ts";
import { defaultPolicy, type IgnoreRule } from "./policy.ts";

const subject = resource(
  "aws_instance",
  "i-1",
  {},
  { address: 'module.web["a"].aws_instance.node[0]', tags: { Team: "shop", Empty: "" }, aliases: ["arn:1"] },
);

const cases: readonly (readonly [string, IgnoreRule, boolean])[] = [
  ["the address, with * for any text", { address: 'module.web["*"].*' }, true],
  ["another address", { address: "module.api.*" }, false],
  ["the id", { resourceId: "i-1" }, true],
  ["an alias", { resourceId: "arn:1" }, true],
  ["a tag by its key", { tag: { key: "Team" } }, true],
  ["a tag by key and value", { tag: { key: "Team", value: "ops" } }, false],
  ["an empty tag", { tag: { key: "Empty" } }, true],
  ["a key that only objects have", { tag: { key: "constructor" } }, false],
  ["all given fields together", { address: "module.*", tag: { key: "Team", value: "ops" } }, false],
  ["another rule", { resourceId: "i-1", rules: ["ec2-idle"] }, false],
  ["nothing at all", {}, false],
];

test.each(cases)("an exception by %s", (_, entry, isIgnored) => {
  expect(ignoredBy({ ...defaultPolicy(), ignore: [entry] }, "ec2-resize", subject) !== undefined).toBe(
    isIgnored,
  );
});

const patterns: readonly (readonly [string, string, boolean])[] = [
  ["m5", "m5", true],
  ["m5", "m5a", false],
  ["m5*", "m5", true],
  ["m5*", "m5dn", true],
  ["*", "", true],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*.x", "a.b.x", true],
  ["a.c", "abc", false],
  ["a**b", "ab", true],
  ["*b*d*", "abcde", true],
  ["*d*b*", "abcde", false],
];

test.each(patterns)("pattern %s on %s", (pattern, name, matches) => {
  expect(matchesPattern(pattern, name)).toBe(matches);
});

test("an exception that matches nothing is told, one by tag is not", () => {
  const ignore: IgnoreRule[] = [
    { address: "module.web*" },
    { address: "modul.web*" },
    { resourceId: "i-9" },
    { tag: { key: "nowhere" } },
  ];
  expect(idleExceptions({ ...defaultPolicy(), ignore }, [subject])).toEqual([ignore[1], ignore[2]]);
});
