import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const PACKAGE = path.resolve(import.meta.dirname, "..");
const EXAMPLES = path.join(PACKAGE, "examples");
const ACTION = "OWNER/apex/packages/action";

interface Metadata {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>
  >;
}

const METADATA = parse(readFileSync(path.join(PACKAGE, "action.yml"), "utf8")) as Metadata;

function sources(): readonly string[] {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => name.endsWith(".ts") && !/(\.test|\.bench)\.ts$|^testing\//.test(name))
    .map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8"));
}

function namesIn(pattern: RegExp): readonly string[] {
  const names = sources().flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
  return [...new Set(names)].toSorted();
}

test("every input that is read is declared, and every declared one is read", () => {
  const read = namesIn(/(?:Text|Of|OrNull|Input)\(\s*(?:io\.)?env,\s*"([a-z-]+)"/g);
  expect([...read, "working-directory"].toSorted()).toEqual(Object.keys(METADATA.inputs).toSorted());
});

test("every output that is set is declared", () => {
  const outputs = Object.keys(METADATA.outputs);
  expect(outputs).toEqual(expect.arrayContaining([...namesIn(/setOutput\(\s*"([a-z-]+)"/g)]));
  expect(METADATA.runs).toEqual({ using: "node24", main: "dist/index.js" });
});

test.each(readdirSync(EXAMPLES))(
  "the example %s asks for little, pins what it uses, and interpolates nothing into a shell",
  (name) => {
    const workflow = parse(readFileSync(path.join(EXAMPLES, name), "utf8")) as Workflow;
    expect(workflow.permissions).toEqual({});
    const jobs = Object.values(workflow.jobs);
    expect(jobs.every(({ permissions }) => permissions !== undefined)).toBe(true);
    const steps = jobs.flatMap((job) => job.steps);
    expect(steps.filter(({ run = "" }) => run.includes("${{"))).toEqual([]);
    expect(steps.filter(({ uses = "" }) => uses !== "" && !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
    const ours = steps.filter(({ uses = "" }) => uses.startsWith(`${ACTION}@`));
    expect(ours).toHaveLength(1);
    expect(Object.keys(METADATA.inputs)).toEqual(expect.arrayContaining(Object.keys(ours[0]?.with ?? {})));
  },
);

function example(name: string): {
  readonly on: unknown;
  readonly text: string;
  readonly steps: readonly Step[];
} {
  const text = readFileSync(path.join(EXAMPLES, name), "utf8");
  const workflow = parse(text) as Workflow & { readonly on: unknown };
  return { on: workflow.on, text, steps: Object.values(workflow.jobs).flatMap((job) => job.steps) };
}

test("the example of estimates keeps plans outside of the checkout, and runs when a change is taken back, too", () => {
  const { on, steps } = example("estimate.yml");
  const cache = steps.find(({ uses = "" }) => uses.startsWith("actions/cache@"))?.with?.["path"];
  const ours = steps.find(({ uses = "" }) => uses.startsWith(ACTION))?.with?.["cache-directory"];
  expect(cache).toMatch(/^\$\{\{ runner\.temp \}\}\//);
  expect(ours).toBe(cache);
  expect(on).toBe("pull_request");
});

test("the example that posts does so for Dependabot, whose branches are no fork's", () => {
  expect(example("fork-post.yml").text).toContain("workflow_run.actor.login == 'dependabot[bot]'");
});
