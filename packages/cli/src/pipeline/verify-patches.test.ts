import type { IntendedChange, Patch, PlannedResource, TerraformPlan, TextEdit } from "@apex/core";
import { comparePlans, unintendedDifferences } from "@apex/generators-hcl/compare-plans";
import { expect, test } from "vitest";
import { type PatchRequest, verifyPatches, type VerificationPorts } from "./verify-patches.ts";

function resource(
  address: string,
  after: PlannedResource["after"],
  rest: Partial<PlannedResource> = {},
): PlannedResource {
  const [type = "", name = ""] = address.split(".");
  return {
    address,
    mode: "managed",
    type,
    name,
    providerName: "registry.terraform.io/hashicorp/aws",
    actions: ["no-op"],
    before: after,
    after,
    afterUnknown: {},
    changedAttributes: [],
    ...rest,
  };
}

const planOf = (...resources: PlannedResource[]): TerraformPlan => ({
  terraformVersion: "1.11.4",
  resources,
});

const resize = (address: string, to: string): IntendedChange => ({
  kind: "set-attribute",
  address,
  path: ["instance_type"],
  from: "m5.xlarge",
  to,
});

/**
 * A tiny world with the real rules: a file is one line an instance, a plan is read off the file, and instance "x.bad"
 * drags "x.other" along, as one shared token would.
 */
function world(addresses: readonly string[]): {
  ports: VerificationPorts;
  base: TerraformPlan;
  plans: () => number;
} {
  let plans = 0;
  const plan = (edits: readonly TextEdit[]): TerraformPlan => {
    const types = new Map(addresses.map((address) => [address, "m5.xlarge"]));
    for (const edit of edits) {
      types.set(edit.file, edit.text);
      if (edit.file === "x.bad") types.set("x.other", edit.text);
    }
    return planOf(...[...types].map(([address, instance_type]) => resource(address, { instance_type })));
  };
  const ports: VerificationPorts = {
    patch: (requests) =>
      new Map(
        requests.map(({ id, changes }): [string, Patch] => {
          const [change] = changes;
          if (change?.kind !== "set-attribute" || change.address === "x.untraceable") {
            return [id, { kind: "refused", reason: "comes from a data source", diagnostics: [] }];
          }
          const textEdits = [
            { file: change.address, start: 0, end: 9, text: JSON.stringify(change.to).slice(1, -1) },
          ];
          return [
            id,
            { kind: "edits", textEdits, edits: [], trace: [], skipped: [], addresses: [change.address] },
          ];
        }),
      ),
    plan: async (edits) => {
      plans += 1;
      if (edits.some(({ text }) => text === "m5.huge")) {
        return {
          plan: null,
          diagnostics: [{ severity: "error", summary: "Invalid type", detail: "m5.huge" }],
        };
      }
      return { plan: plan(edits), diagnostics: [] };
    },
  };
  return { ports, base: plan([]), plans: () => plans };
}

const request = (address: string, to = "m5.large"): PatchRequest => ({
  id: address,
  changes: [resize(address, to)],
});

test("good requests are planned together in one plan", async () => {
  const { ports, base, plans } = world(["x.a", "x.b", "x.c"]);
  const { outcomes } = await verifyPatches(
    ports,
    base,
    ["x.a", "x.b", "x.c"].map((address) => request(address)),
  );
  expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(["planned", "planned", "planned"]);
  expect(plans()).toBe(1);
});

test("a request that drags another instance along is found among good ones, with the reason", async () => {
  const addresses = ["x.a", "x.b", "x.bad", "x.c", "x.d", "x.e", "x.other"];
  const { ports, base } = world(addresses);
  const wanted = addresses.filter((address) => address !== "x.other").map((address) => request(address));
  const { outcomes, plan } = await verifyPatches(ports, base, wanted);
  expect(outcomes.get("x.bad")).toEqual({
    kind: "not-applicable",
    reason: "x.other would also change in instance_type",
  });
  expect([...outcomes.values()].filter(({ kind }) => kind === "planned")).toHaveLength(5);
  expect(plan.resources.find(({ address }) => address === "x.other")?.after).toEqual({
    instance_type: "m5.xlarge",
  });
});

test("a refused edit and one that Terraform rejects lose only themselves", async () => {
  const { ports, base } = world(["x.a", "x.b", "x.untraceable"]);
  const { outcomes } = await verifyPatches(ports, base, [
    request("x.untraceable"),
    request("x.b", "m5.huge"),
    request("x.a"),
  ]);
  expect(outcomes.get("x.untraceable")).toEqual({
    kind: "not-applicable",
    reason: "comes from a data source",
  });
  expect(outcomes.get("x.b")).toEqual({
    kind: "not-applicable",
    reason: "Terraform refuses it: Invalid type: m5.huge",
  });
  expect(outcomes.get("x.a")?.kind).toBe("planned");
});

test("a request that is at fault by itself is repaired once, and planned with the others", async () => {
  const { ports, base } = world(["x.a", "x.b", "x.bad", "x.c", "x.other"]);
  const repairs = [{ by: "a-fixer", sentence: "It is m5.large.", files: ["x.b"] }];
  const asked: string[] = [];
  const { outcomes, plan, textEdits } = await verifyPatches(
    {
      ...ports,
      repair: async ({ id }, patch) => {
        asked.push(id);
        if (id === "x.bad") return { patch, repairs };
        return {
          patch: { ...patch, textEdits: [{ file: id, start: 0, end: 9, text: "m5.large" }] },
          repairs,
        };
      },
    },
    base,
    [request("x.a"), request("x.b", "m5.huge"), request("x.bad"), request("x.c")],
  );
  expect(asked.toSorted()).toEqual(["x.b", "x.bad"]);
  expect(outcomes.get("x.b")).toMatchObject({ kind: "planned", repairs });
  expect(outcomes.get("x.a")).not.toHaveProperty("repairs");
  expect(outcomes.get("x.bad")?.kind).toBe("not-applicable");
  expect(plan.resources.find(({ address }) => address === "x.b")?.after).toEqual({
    instance_type: "m5.large",
  });
  expect(textEdits.map(({ file }) => file).toSorted()).toEqual(["x.a", "x.b", "x.c"]);
});

test("a repair that edits what another change edits is no reason to lose both", async () => {
  const { ports, base } = world(["x.a", "x.b"]);
  const { outcomes } = await verifyPatches(
    {
      ...ports,
      repair: async (_, patch) => ({
        patch: { ...patch, textEdits: [{ file: "x.a", start: 4, end: 12, text: "m5.small" }] },
        repairs: [],
      }),
    },
    base,
    [request("x.a"), request("x.b", "m5.huge")],
  );
  expect(outcomes.get("x.a")?.kind).toBe("planned");
  expect(outcomes.get("x.b")).toEqual({
    kind: "not-applicable",
    reason: "it conflicts with another change",
  });
});

test("nothing to do needs no plan", async () => {
  const { ports, base, plans } = world(["x.a"]);
  expect((await verifyPatches(ports, base, [])).plan).toBe(base);
  expect(plans()).toBe(0);
});

test("a change that was pending before the edit is not the edit's", () => {
  const pending = resource("x.a", { tags: { a: "new" } }, { actions: ["update"], before: { tags: {} } });
  expect(comparePlans(planOf(pending), planOf(pending))).toEqual([]);
});

test.each([
  [
    "destroyed",
    planOf(resource("x.a", { v: 1 }), resource("x.b", {})),
    planOf(resource("x.a", { v: 1 })),
    "x.b would be destroyed",
  ],
  [
    "deleted in place",
    planOf(resource("x.a", {})),
    planOf(resource("x.a", null, { actions: ["delete"] })),
    "x.a would be destroyed",
  ],
  [
    "replaced",
    planOf(resource("x.a", { v: 1 })),
    planOf(resource("x.a", { v: 2 }, { actions: ["delete", "create"] })),
    "x.a would be replaced",
  ],
  [
    "created",
    planOf(),
    planOf(resource("x.a", {}, { actions: ["create"] })),
    "x.a would be created, which was not intended",
  ],
  [
    "made unknown",
    planOf(resource("x.a", { v: 1 })),
    planOf(resource("x.a", { v: 1 }, { afterUnknown: { arn: true } })),
    "x.a would also change in arn",
  ],
])("a resource that is %s unasked is an objection", (_name, base, edited, reason) => {
  expect(unintendedDifferences(comparePlans(base, edited), [])).toEqual([reason]);
});

test("an edit that changes nothing is an objection too", () => {
  const plan = planOf(resource("x.a", { instance_type: "m5.xlarge" }));
  expect(unintendedDifferences(comparePlans(plan, plan), [resize("x.a", "m5.large")])).toEqual([
    "the plan does not change instance_type of x.a",
  ]);
});

test("what the cloud computes anew because of the edit is its consequence, on the edited resource and on what refers to it", () => {
  const group = (unknown: object) =>
    resource(
      "x.group",
      {},
      { afterUnknown: { version: true, ...unknown }, references: { version: ["x.a"] } },
    );
  const base = planOf(resource("x.a", { instance_type: "m5.xlarge" }), resource("x.group", { version: "7" }));
  const template = resource("x.a", { instance_type: "m5.large" }, { afterUnknown: { latest_version: true } });
  const without = resource("x.group", { version: "7" }, {});
  expect(
    unintendedDifferences(comparePlans(base, planOf(template, without)), [resize("x.a", "m5.large")]),
  ).toEqual([]);
  const differences = comparePlans(
    planOf(resource("x.a", { instance_type: "m5.xlarge" }), resource("x.group", {})),
    planOf(template, group({})),
  );
  expect(unintendedDifferences(differences, [resize("x.a", "m5.large")])).toEqual([]);
  const strange = comparePlans(
    planOf(resource("x.a", { instance_type: "m5.xlarge" }), resource("x.group", {})),
    planOf(template, group({ subnet: true })),
  );
  expect(unintendedDifferences(strange, [resize("x.a", "m5.large")])).toEqual([
    "x.group would also change in subnet",
  ]);
});

test("a sensitive value that changes is seen although neither plan holds it", () => {
  const base = planOf(resource("x.a", {}));
  const edited = planOf(resource("x.a", {}, { actions: ["update"], changedAttributes: ["password"] }));
  expect(unintendedDifferences(comparePlans(base, edited), [])).toEqual([
    "x.a would also change in password",
  ]);
});

const gone = (...addresses: string[]): TerraformPlan =>
  planOf(...addresses.map((address) => resource(address, null, { actions: ["delete"] })));

test("what was to be removed and holds no data may be destroyed, and nothing beside it", () => {
  const remove = (address: string): IntendedChange => ({ kind: "remove-resource", address });
  const base = planOf(resource("aws_eip.a", {}), resource("aws_eip.b", {}), resource("aws_ebs_volume.v", {}));
  const all = comparePlans(base, gone("aws_eip.a", "aws_eip.b", "aws_ebs_volume.v"));
  expect(unintendedDifferences(all, [remove("aws_eip.a"), remove("aws_ebs_volume.v")])).toEqual([
    "aws_ebs_volume.v would be destroyed",
    "aws_eip.b would be destroyed",
    "the plan does not destroy aws_ebs_volume.v",
  ]);
  const one = planOf(resource("aws_eip.b", {}), resource("aws_ebs_volume.v", {}));
  expect(unintendedDifferences(comparePlans(base, one), [remove("aws_eip.a")])).toEqual([]);
  expect(unintendedDifferences(comparePlans(base, base), [remove("aws_eip.a")])).toEqual([
    "the plan does not destroy aws_eip.a",
  ]);
  const replaced = planOf(
    resource("aws_eip.a", { v: 2 }, { actions: ["delete", "create"] }),
    ...one.resources,
  );
  expect(unintendedDifferences(comparePlans(base, replaced), [remove("aws_eip.a")])).toEqual([
    "aws_eip.a would be replaced",
    "the plan does not destroy aws_eip.a",
  ]);
});
