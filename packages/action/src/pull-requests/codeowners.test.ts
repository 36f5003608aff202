import { describe, expect, test } from "vitest";
import { ownersOf, parseCodeOwners, reviewersOf } from "./codeowners.ts";

const owners = (text: string, path: string) => ownersOf(parseCodeOwners(text), path);

describe("patterns match as GitHub documents them", () => {
  test.each([
    ["*", "a/b/c.tf", true],
    ["*.js", "deep/down/x.js", true],
    ["*.js", "x.jsx", false],
    ["/build/logs/", "build/logs/a/b.log", true],
    ["/build/logs/", "src/build/logs/a.log", false],
    ["/build/logs/", "build/logs", false],
    ["docs/*", "docs/getting-started.md", true],
    ["docs/*", "docs/build-app/troubleshooting.md", false],
    ["docs/*", "src/docs/a.md", false],
    ["apps/", "x/apps/deep/main.tf", true],
    ["apps/", "apps", false],
    ["/docs/", "docs/a/b.md", true],
    ["/docs/", "x/docs/a.md", false],
    ["/scripts", "scripts/a.sh", true],
    ["/scripts", "scripts", true],
    ["/scripts", "scripts2/a.sh", false],
    ["**/logs", "a/b/logs/c.txt", true],
    ["**/logs", "logs/c.txt", true],
    ["**/logs", "logsx/c.txt", false],
    ["/apps/github", "apps/github/x.tf", true],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b/c", true],
    ["a/**/b", "x/a/b", false],
    ["a/**", "a/b/c", true],
    ["a/**", "a", false],
    ["**", "a", true],
    ["/*.tf", "main.tf", true],
    ["/*.tf", "x/main.tf", false],
    ["m?in.tf", "x/main.tf", true],
    ["m?in.tf", "x/mn.tf", false],
    ["a\\ b/", "a b/c.tf", true],
    ["a.b", "axb", false],
    ["Main.tf", "main.tf", false],
    ["*a*b*c", "xaybzc", true],
    ["*a*b*c", "xaybz", false],
  ])("%s against %s: %s", (pattern, path, isOwned) => {
    expect(owners(`${pattern} @a`, path)).toEqual(isOwned ? ["@a"] : []);
  });
});

test("the last line that matches wins, also where it names nobody", () => {
  const text = "* @everyone\n/envs/ @acme/platform @alice\n/envs/dev/\n";
  expect(owners(text, "main.tf")).toEqual(["@everyone"]);
  expect(owners(text, "envs/prod.tfvars")).toEqual(["@acme/platform", "@alice"]);
  expect(owners(text, "envs/dev/a.tfvars")).toEqual([]);
});

test("comments, empty lines, line ends and a byte order mark mean nothing", () => {
  expect(owners("\uFEFF# all\r\n\r\n*.tf @a # why\r\n  # more\r\n", "x/main.tf")).toEqual(["@a"]);
});

test("a line that is no rule is skipped with its reason, and the others count", () => {
  const { rules, skipped } = parseCodeOwners(
    "* @a\n!main.tf @b\n[Section] @c\nx[12].tf @d\nmain.tf nobody\n\\#x @e\n^[Optional] @f\n",
  );
  expect(rules).toHaveLength(1);
  expect(skipped.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(skipped[3]?.reason).toContain('"nobody"');
});

test("a review is requested of users and teams, and never by e-mail", () => {
  expect(reviewersOf(["@alice", "ops@acme.example", "@acme/platform", "@alice"])).toEqual([
    "alice",
    "acme/platform",
  ]);
});

test("a pattern that is hard to match takes no time", () => {
  const { rules } = parseCodeOwners(`${"*a".repeat(200)} @a\n${"**/".repeat(200)}x @b\n`);
  expect(rules.map(({ matches }) => matches(`${"a".repeat(199)}b/${"a/".repeat(300)}`))).toEqual([
    false,
    false,
  ]);
});
