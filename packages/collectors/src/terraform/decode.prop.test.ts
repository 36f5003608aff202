import type { JsonValue } from "@apex/core";
import { parseAddress } from "@apex/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeState } from "./decode.ts";

const instance = fc.record(
  {
    index_key: fc.oneof(fc.string(), fc.nat(), fc.jsonValue()),
    attributes: fc.oneof(
      fc.record({
        id: fc.string({ minLength: 1 }),
        tags: fc.jsonValue(),
        password: fc.constant("SECRET"),
        zone: fc.jsonValue(),
        arn: fc.jsonValue(),
      }),
      fc.jsonValue(),
    ),
    sensitive_attributes: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

const state = fc.record({
  version: fc.constant(4),
  resources: fc.array(
    fc.oneof(
      fc.record({
        module: fc.constantFrom("module.a", 'module.b["x y"].module.c[0]'),
        mode: fc.constant("managed"),
        type: fc.constantFrom("aws_instance", "aws_db_instance", "google_compute_instance", "random_id"),
        name: fc.constantFrom("web", "db-1"),
        instances: fc.array(instance, { maxLength: 4 }),
      }),
      fc.jsonValue(),
    ),
    { maxLength: 6 },
  ),
});

it("any state is read without a failure, every address parses, no secret passes", () => {
  fc.assert(
    fc.property(fc.oneof(state, fc.jsonValue()), (document) => {
      const { resources, diagnostics } = decodeState("a.tfstate", document as JsonValue);
      for (const resource of resources) {
        expect(parseAddress(resource.address ?? "")).toBeDefined();
        expect(resource.id).not.toBe("");
        expect(resource.aliases).not.toContain(resource.id);
      }
      expect(JSON.stringify(resources)).not.toContain("SECRET");
      for (const diagnostic of diagnostics) expect(diagnostic.source?.file).toBe("a.tfstate");
    }),
    { numRuns: 500 },
  );
});
