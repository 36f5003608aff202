import { describe, expect, test } from "vitest";
import type { BlockSchema } from "../schema/terraform-schema.ts";
import { type ObjectValue, UNKNOWN } from "./dynamic-value.ts";
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

  test("passes unknown configuration on", () => {
    expect(plan(EXISTING, { ...UNSET, zone: UNKNOWN, disk: UNKNOWN }).planned).toMatchObject({
      zone: UNKNOWN,
      disk: UNKNOWN,
    });
  });
});
