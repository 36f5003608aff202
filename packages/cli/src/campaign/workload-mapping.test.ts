import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readWorkloadMapping } from "./read-workload-mapping.ts";
import { entryFor, parseMapping, type WorkloadEntry } from "./workload-mapping.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex-mapping-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function read(text: string): Promise<readonly WorkloadEntry[]> {
  const file = path.join(directory, "workloads.yaml");
  await writeFile(file, text);
  return readWorkloadMapping(file);
}

async function refusal(text: string): Promise<string> {
  const error: unknown = await read(text).catch((thrown: unknown) => thrown);
  return error instanceof Error ? error.message.replaceAll(`${directory}/`, "") : "";
}

describe("a mapping", () => {
  test("says with which load each service is validated, and may leave most of it out", async () => {
    const entries = await read(`schema: apex.workloads/v1
workloads:
  - address: aws_instance.web["a"]
    files: [logs/a-*.log.gz]
  - address: aws_autoscaling_group.*
    files: [logs/alb.log]
    window: 2026-10-14T17:15:00Z/2026-10-14T17:25:00Z
    arrivalFactor: 0.25
    image: acme/web:1
    env: { LEVEL: info }
    minutes: 8
    scale: 0.5
    slo: slo.yaml
`);
    expect(entries).toEqual([
      { address: 'aws_instance.web["a"]', files: ["logs/a-*.log.gz"], busiest: 60, port: 8080, env: {} },
      {
        address: "aws_autoscaling_group.*",
        files: ["logs/alb.log"],
        window: "2026-10-14T17:15:00Z/2026-10-14T17:25:00Z",
        arrivalFactor: 0.25,
        image: "acme/web:1",
        env: { LEVEL: "info" },
        minutes: 8,
        scale: 0.5,
        slo: "slo.yaml",
        busiest: 60,
        port: 8080,
      },
    ]);
  });

  test("may be JSON", async () => {
    const written = { schema: "apex.workloads/v1", workloads: [{ address: "a", files: ["b"] }] };
    expect(await read(JSON.stringify(written))).toHaveLength(1);
  });

  test.each([
    ["workloads: [", "is not YAML"],
    ["", "workloads.yaml has mistakes"],
    ["schema: apex.workloads/v2\nworkloads: []", "workloads.yaml:1 schema: "],
    ["schema: apex.workloads/v1\nworkloads: []", "workloads.yaml:2 workloads: "],
    [
      "schema: apex.workloads/v1\nworkloads:\n  - address: a\n    files: [b]\n  - address: c\n",
      "workloads.yaml:5 workloads[1].files: ",
    ],
    [
      "schema: apex.workloads/v1\nworkloads:\n  - address: a\n    files: [b]\n    scale: 2\n",
      "workloads.yaml:5 workloads[0].scale: ",
    ],
    [
      "schema: apex.workloads/v1\nworkloads:\n  - address: a\n    files: [b]\n    window: yesterday\n",
      "write two ISO 8601 instants",
    ],
    [
      "schema: apex.workloads/v1\nworkloads:\n  - address: a\n    files: [b]\n    busiest: 5\n    window: 2026-10-14T17:15:00Z/2026-10-14T17:25:00Z\n",
      "give busiest or window, not both",
    ],
    [
      "schema: apex.workloads/v1\nworkloads:\n  - address: a\n    files: [b]\n    port: 80\n",
      "port, readyPath and env are those of an image of your own",
    ],
    ["schema: apex.workloads/v1\nworkloads:\n  - adress: a\n    files: [b]\n", "adress"],
  ])("with a mistake is refused with its place: %j", async (text, message) => {
    expect(await refusal(text)).toContain(message);
  });
});

function entry(address: string): WorkloadEntry {
  const parsed = parseMapping({
    schema: "apex.workloads/v1",
    workloads: [{ address, files: [`${address}.log`] }],
  });
  return parsed.kind === "ok" ? (parsed.entries[0] as WorkloadEntry) : entry("never");
}

describe("the entry of an address", () => {
  test("is the one that names it, else the first whose pattern matches", () => {
    const entries = ["*", 'aws_instance.web["*"]', 'aws_instance.web["b"]'].map(entry);
    expect(entryFor(entries, 'aws_instance.web["b"]')?.address).toBe('aws_instance.web["b"]');
    expect(entryFor(entries.slice(1), 'aws_instance.web["a"]')?.address).toBe('aws_instance.web["*"]');
    expect(entryFor(entries, 'aws_instance.web["a"]')?.address).toBe("*");
    expect(entryFor(entries.slice(1), "aws_instance.web")).toBeUndefined();
  });

  test("is found as the same regular expression would find it, however many stars there are", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", '["', "]", ".", "*"), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, address) => {
        const source = pattern.split("*").map((part) => part.replace(/[.[\]"]/g, "\\$&"));
        const expected = new RegExp(`^${source.join(".*")}$`).test(address);
        expect(entryFor([{ ...entry("x"), address: pattern }], address) !== undefined).toBe(expected);
      }),
    );
  });
});
