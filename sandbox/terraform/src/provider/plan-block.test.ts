import { describe, expect, test } from "vitest";
import type { BlockSchema } from "@apex/core";
import { type ObjectValue, UNKNOWN, type Value } from "./dynamic-value.ts";
import { BlockPlanner } from "./plan-block.ts";

const DISK: BlockSchema = {
  attributes: {
    size: { type: "number", optional: true, computed: true },
    kind: { type: "string", optional: true },
    id: { type: "string", computed: true },
  },
};

const SCHEMA: BlockSchema = {
  attributes: {
    id: { type: "string", computed: true },
    name: { type: "string", required: true },
    zone: { type: "string", optional: true, computed: true },
    note: { type: "string", optional: true },
    flag: { type: "bool", optional: true },
    tags: { type: ["map", "string"], optional: true },
    secret: { type: "string", optional: true, write_only: true },
    rules: {
      type: ["set", ["object", { port: "number", note: "string", cidrs: ["list", "string"], self: "bool" }]],
      optional: true,
    },
    links: { type: ["list", "string"], optional: true },
  },
  block_types: {
    disk: { nesting_mode: "list", block: DISK },
    port: { nesting_mode: "set", block: DISK },
    rule: { nesting_mode: "list", block: { attributes: { a: { type: "string", optional: true } } } },
  },
};

const UNSET: ObjectValue = {
  id: null,
  name: "n",
  zone: null,
  note: null,
  flag: null,
  tags: null,
  secret: null,
  rules: null,
  links: null,
  disk: [],
  port: [],
  rule: [],
};

const EXISTING: ObjectValue = { ...UNSET, id: "i-1", zone: "a", note: "", flag: false };

function plan(prior: ObjectValue | null, config: ObjectValue, defaults: ObjectValue = {}) {
  const assumptions: string[] = [];
  const planner = new BlockPlanner({
    defaultOf: (path) => defaults[path],
    onAssumption: (path) => assumptions.push(path),
  });
  return { planned: planner.plan(SCHEMA, prior, config), assumptions };
}

describe("a new resource", () => {
  test("knows what is configured; computed values, and blocks a provider fills in, are unknown", () => {
    expect(plan(null, { ...UNSET, zone: "b", secret: "s" }).planned).toEqual({
      ...UNSET,
      id: UNKNOWN,
      zone: "b",
      disk: UNKNOWN,
      port: UNKNOWN,
    });
  });

  test("gets documented defaults, and unknown values inside the blocks it configures", () => {
    const disk = { size: null, kind: null, id: null };
    const { planned } = plan(null, { ...UNSET, disk: [disk] }, { flag: true, "disk.kind": "ssd" });
    expect(planned).toMatchObject({ flag: true, disk: [{ size: UNKNOWN, kind: "ssd", id: UNKNOWN }] });
  });
});

describe("a resource that exists", () => {
  test("stays as it is when nothing is configured otherwise", () => {
    expect(plan(EXISTING, UNSET)).toEqual({ planned: EXISTING, assumptions: [] });
  });

  test("takes what is configured and drops collections that no longer are", () => {
    const prior = { ...EXISTING, tags: { a: "1" } };
    expect(plan(prior, { ...UNSET, zone: "c" }).planned).toEqual({ ...EXISTING, zone: "c", tags: null });
    const two = { ...EXISTING, tags: { a: "1", b: "2" } };
    expect(plan(two, { ...UNSET, tags: { a: "1" } }).planned["tags"]).toEqual({ a: "1" });
    expect(plan(two, { ...UNSET, tags: { a: "1", c: "2" } }).planned["tags"]).toEqual({ a: "1", c: "2" });
  });

  test("keeps values whose default nobody knows, and says so", () => {
    const prior = { ...EXISTING, note: "stored", rule: [{ a: "x" }] };
    expect(plan(prior, UNSET)).toEqual({ planned: prior, assumptions: ["note", "rule"] });
  });

  test("returns to a documented default", () => {
    const { planned } = plan({ ...EXISTING, note: "stored" }, UNSET, { note: "default" });
    expect(planned["note"]).toBe("default");
  });

  test("matches list blocks by index, and one more is new", () => {
    const prior = { ...EXISTING, disk: [{ size: 10, kind: "a", id: "d0" }] };
    const first = { size: null, kind: "b", id: null };
    const { planned } = plan(prior, { ...UNSET, disk: [first, first] });
    expect(planned["disk"]).toEqual([
      { size: 10, kind: "b", id: "d0" },
      { size: UNKNOWN, kind: "b", id: UNKNOWN },
    ]);
  });

  test("matches set blocks by content in any order; a changed one is new", () => {
    const a = { size: 1, kind: "a", id: "p-a" };
    const b = { size: 2, kind: "b", id: "p-b" };
    const prior = { ...EXISTING, port: [a, b] };
    const written = (kind: string, size: number | null) => ({ size, kind, id: null });
    expect(plan(prior, { ...UNSET, port: [written("b", null), written("a", 1)] }).planned["port"]).toEqual([
      b,
      a,
    ]);
    expect(plan(prior, { ...UNSET, port: [written("a", 9), written("b", 2)] }).planned["port"]).toEqual([
      { size: 9, kind: "a", id: UNKNOWN },
      b,
    ]);
    expect(plan(prior, { ...UNSET, port: [written("a", 1), written("a", 1)] }).planned["port"]).toEqual([
      a,
      { size: 1, kind: "a", id: UNKNOWN },
    ]);
  });

  test("keeps objects written as attributes when what is not set in them is a zero value in the state", () => {
    const stored = (port: number) => ({ port, note: "", cidrs: ["10.0.0.0/8"], self: false });
    const written = (port: number, note: string | null = null) => {
      return { port, note, cidrs: ["10.0.0.0/8"], self: null };
    };
    const prior = { ...EXISTING, rules: [stored(80), stored(443)] };
    const rulesOf = (rules: Value) => plan(prior, { ...UNSET, rules }).planned["rules"];
    expect(rulesOf([written(443), written(80)])).toEqual([stored(443), stored(80)]);
    expect(rulesOf([written(80), written(22)])).toEqual([stored(80), written(22)]);
    expect(rulesOf([written(80), written(80)])).toEqual([stored(80), written(80)]);
    expect(rulesOf([written(80, "new"), written(443)])).toEqual([written(80, "new"), stored(443)]);
    expect(rulesOf([{ ...written(80), cidrs: null }, written(443)])).toEqual([
      { ...written(80), cidrs: null },
      stored(443),
    ]);
  });

  test("keeps the elements of a list that are written otherwise", () => {
    const link = "https://www.googleapis.com/compute/v1/projects/p/global/networks/a";
    const prior = { ...EXISTING, links: [link] };
    const planned = (links: Value) => plan(prior, { ...UNSET, links }).planned["links"];
    expect(planned(["projects/p/global/networks/a"])).toEqual([link]);
    expect(planned(["a", "b"])).toEqual([link, "b"]);
    expect(planned(["b", "a"])).toEqual(["b", "a"]);
  });

  test("passes unknown configuration on", () => {
    expect(plan(EXISTING, { ...UNSET, zone: UNKNOWN, disk: UNKNOWN }).planned).toMatchObject({
      zone: UNKNOWN,
      disk: UNKNOWN,
    });
  });
});
