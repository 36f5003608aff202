import { expect, test } from "vitest";
import { indexSites } from "./trace/site-index.ts";
import { instances } from "./expand/fleet.ts";
import { configure, patchEach, set } from "./testing/configure.ts";
import { traceAttribute } from "./trace/trace-attribute.ts";

const web = (value: string): string => `resource "a" "b" {\n  x = ${value}\n}\n`;
const reasonOf = (main: string): string => {
  const traced = traceAttribute(configure({ "main.tf": main }), { address: "a.b", path: ["x"] });
  return traced.kind === "untraceable" ? traced.diagnostic.summary : traced.kind;
};

test.each([
  ["brackets", `${"[".repeat(10_000)}1${"]".repeat(10_000)}`],
  ["parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["objects", `${"{ a = ".repeat(10_000)}1${" }".repeat(10_000)}`],
  ["calls", `${"f(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["templates", `${'"${'.repeat(5_000)}1${'}"'.repeat(5_000)}`],
  ["conditionals", `${"true ? 1 : ".repeat(10_000)}1`],
  ["negations", `${"!".repeat(10_000)}true`],
  ["sums", `${"1 + ".repeat(10_000)}1`],
  ["attributes", `local${".a".repeat(10_000)}`],
  ["unclosed brackets", "[".repeat(10_000)],
])("10,000 nested %s end in a diagnostic, not in a stack overflow", (_, text) => {
  const configuration = configure({ "main.tf": web(text), "other.tf": `resource "a" "c" {\n  x = 1\n}\n` });
  const traced = traceAttribute(configuration, { address: "a.b", path: ["x"] });
  expect(traced.kind).not.toBe("traced");
  const { patches } = patchEach(configuration, [set("a.c", "x", [1, 2])]);
  expect(patches[0]).toMatchObject({ kind: "edits" });
});

test("blocks nested 10,000 deep are left out", () => {
  const main = `resource "a" "b" {\n${"n {\n".repeat(10_000)}${"}\n".repeat(10_000)}}\n`;
  expect(configure({ "main.tf": main }).diagnostics).toMatchObject([{ code: "hcl-too-deep" }]);
});

test("a chain of 2,000 locals ends as unknown", () => {
  const locals = Array.from({ length: 2_000 }, (_, at) => `  l${at} = local.l${at + 1}\n`).join("");
  expect(reasonOf(`locals {\n${locals}  l2000 = 1\n}\n${web("local.l0")}`)).toContain("references");
});

test("strings, lists and counts that grow without end are stopped", () => {
  const doubling = (value: string): string =>
    Array.from({ length: 60 }, (_, at) => `  l${at + 1} = ${value.replaceAll("L", `local.l${at}`)}\n`).join(
      "",
    );
  const locals = (first: string, value: string): string => `locals {\n  l0 = ${first}\n${doubling(value)}}\n`;
  expect(reasonOf(locals('"ab"', '"${L}${L}"') + web("local.l60"))).toContain("characters");
  expect(reasonOf(locals("[1]", "concat(L, L)") + web("local.l60[0]"))).toContain("elements");
  expect(reasonOf(locals("[1]", "[L, L]") + web("jsonencode(local.l60)"))).not.toBe("traced");
  expect(reasonOf(web("length(range(100000000))"))).toContain("elements");
  const counted = instances(configure({ "main.tf": `resource "a" "b" {\n  count = 1e9\n}\n` }));
  expect(counted.instances).toEqual([]);
  expect(counted.diagnostics).toMatchObject([{ code: "not-expanded", address: "a.b" }]);
});

test("modules that multiply are stopped, and nothing is edited then", () => {
  const call = `module "m" {\n  source = "../m"\n  count  = 100\n}\n`;
  const files = {
    "main.tf": call.replace("../m", "./m1"),
    "m1/main.tf": call.replace("../m", "../m2"),
    "m2/main.tf": call.replace("../m", "../m3"),
    "m3/main.tf": `resource "a" "b" {\n  x = 1\n}\n`,
  };
  const configuration = configure(files);
  expect(instances(configuration).diagnostics).toMatchObject([{ code: "too-many-instances" }]);
  expect(indexSites(configuration).isComplete).toBe(false);
});

test("a module that calls itself is stopped", () => {
  const configuration = configure({ "main.tf": `module "self" {\n  source = "./."\n}\n${web("1")}` });
  expect(instances(configuration).instances.length).toBeLessThan(100);
});

test.each([
  ["a value that needs itself", `locals {\n  a = local.b\n  b = local.a\n}\n${web("local.a")}`],
  [
    "a variable through a module's output",
    `module "m" {\n  source = "./m"\n  in = module.m.out\n}\n${web("module.m.out")}`,
  ],
  ["a resource that counts itself", `resource "a" "b" {\n  count = length(a.b)\n  x = 1\n}\n`],
])("a cycle is found: %s", (_, main) => {
  const configuration = configure({
    "main.tf": main,
    "m/main.tf": `variable "in" {}\noutput "out" {\n  value = var.in\n}\n`,
  });
  const traced = traceAttribute(configuration, { address: "a.b", path: ["x"] });
  expect(traced.kind).toBe("untraceable");
  const said = [
    ...instances(configuration).diagnostics.map(({ summary }) => summary),
    JSON.stringify(traced),
  ];
  expect(said.join()).toContain("reference cycle");
});
