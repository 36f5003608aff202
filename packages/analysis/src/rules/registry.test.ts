import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { RULE_NAMES } from "../policy/rule-names.ts";
import { RULES } from "./registry.ts";

test("the registry holds exactly the rules that a policy can name, each in a file of its name", () => {
  expect(RULES.map((rule) => rule.name)).toEqual([...RULE_NAMES]);
  for (const rule of RULES) {
    expect(existsSync(new URL(`./${rule.name}.ts`, import.meta.url))).toBe(true);
    expect(rule.resourceTypes.length).toBeGreaterThan(0);
  }
});
