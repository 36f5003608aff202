import type { AttributeSchema, JsonObject, ResourceSchema } from "@apex/core";
import { expect, it } from "vitest";
import { missingBlock } from "./missing-block.ts";
import { fixedBy, known } from "./testing.ts";

const TEXT: AttributeSchema = { type: "string", optional: true };
const group: ResourceSchema = {
  version: 0,
  block: {
    attributes: { name: { type: "string", required: true } },
    block_types: {
      version: {
        nesting_mode: "list",
        min_items: 1,
        block: {
          attributes: {
            template: { type: "string", required: true },
            name: TEXT,
            id: { ...TEXT, computed: true },
            token: TEXT,
          },
          block_types: {
            target_size: {
              nesting_mode: "list",
              block: { attributes: { fixed: { type: "number", optional: true } } },
            },
          },
        },
      },
    },
  },
};

const BROKEN = 'resource "t_group" "g" {\n  name = "g"\n}\n';

function fix(version: readonly JsonObject[] | undefined, text = BROKEN): string | null {
  const state = version === undefined ? [] : [known("t_group.g", { name: "g", version: [...version] })];
  const problem = { class: "missing-block", names: { block: "version", min: "1" }, at: "{" } as const;
  return fixedBy(missingBlock, text, problem, { resources: { t_group: group }, state });
}

it("writes what exists, without what the provider decides", () => {
  expect(fix([{ template: "a", name: "", id: "1", target_size: [{ fixed: 2 }] }, { template: "b" }])).toBe(
    'resource "t_group" "g" {\n  name = "g"\n  version {\n    template = "a"\n    target_size {\n      fixed = 2\n    }\n  }\n  version {\n    template = "b"\n  }\n}\n',
  );
});

it("writes nothing without a state, of several, or with what is not to be copied", () => {
  expect(fix(undefined)).toBeNull();
  expect(fix([])).toBeNull();
  expect(fix([{ template: "a" }], BROKEN.replace("{\n", "{\n  count = 2\n"))).toBeNull();
  expect(fix([{ template: "a", token: "hunter2" }])).toMatch(/^unsure: /);
  expect(fix([{ template: '{ "a": 1 }' }])).toMatch(/^unsure: /);
});
