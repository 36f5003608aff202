import type { JsonObject, JsonValue, PlannedResource, TerraformPlan } from "@apex/core";

/** What a test says of a resource; the rest has defaults: an existing resource of us-east-1 that does not change. */
export interface ResourceInput {
  readonly address: string;
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
  readonly unknown?: JsonValue;
  readonly region?: string | null;
  readonly actions?: PlannedResource["actions"];
  readonly mode?: "managed" | "data";
  readonly references?: Readonly<Record<string, readonly string[]>>;
}

function actionsOf(before: JsonObject | null, after: JsonObject | null): PlannedResource["actions"] {
  if (before === null) return ["create"];
  if (after === null) return ["delete"];
  return JSON.stringify(before) === JSON.stringify(after) ? ["no-op"] : ["update"];
}

/** A planned resource; `after` is `before` when only one is given. */
function plannedResource(input: ResourceInput): PlannedResource {
  const { address, before = null, region = "us-east-1" } = input;
  const after = input.after === undefined ? before : input.after;
  const [type = "", name = ""] = address.replace(/^(module\.[^.]+\.)*/, "").split(".");
  return {
    address,
    mode: input.mode ?? "managed",
    type,
    name: name.replace(/\[.*$/, ""),
    providerName: `registry.terraform.io/hashicorp/${type.split("_")[0] === "google" ? "google" : "aws"}`,
    ...(region === null ? {} : { region }),
    actions: input.actions ?? actionsOf(before, after),
    before,
    after,
    afterUnknown: input.unknown ?? {},
    changedAttributes: [],
    ...(input.references === undefined ? {} : { references: input.references }),
  };
}

/** A plan of the given resources. */
export function planOf(...resources: readonly ResourceInput[]): TerraformPlan {
  return { terraformVersion: "1.11.4", resources: resources.map(plannedResource) };
}
