import {
  AdapterError,
  configurationReferences,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PlannedOutput,
  type PlannedResource,
  type TerraformPlan,
} from "@apex/core";
import { changedAttributes, isUnchanged, type Pair } from "./changed-attributes.ts";
import { PlanJson } from "./plan-json.ts";
import { regionResolver } from "./plan-region.ts";

/** The value without what Terraform marks as sensitive. */
function withoutSensitive(value: JsonValue, sensitive: JsonValue): JsonValue | undefined {
  if (sensitive === true) return undefined;
  if (Array.isArray(value) && Array.isArray(sensitive)) {
    return value.map((item: JsonValue, index) => withoutSensitive(item, sensitive[index] ?? false) ?? null);
  }
  if (!isJsonObject(value) || !isJsonObject(sensitive)) return value;
  const shown: Record<string, JsonValue> = {};
  for (const [name, item] of Object.entries(value)) {
    const kept = withoutSensitive(item, sensitive[name] ?? false);
    if (kept !== undefined) shown[name] = kept;
  }
  return shown;
}

function objectOf(value: unknown, sensitive: unknown): JsonObject | null {
  const shown = withoutSensitive((value ?? null) as JsonValue, (sensitive ?? false) as JsonValue);
  return isJsonObject(shown) ? shown : null;
}

/**
 * An update in which every value stays: Terraform plans one when a value becomes sensitive that the state does not mark
 * as such. Nothing is sent to the cloud.
 */
function isOnlyMarked(actions: PlannedResource["actions"], pair: Pair): boolean {
  return actions.length === 1 && actions[0] === "update" && isUnchanged(pair);
}

function toResource(
  resource: PlanJson["resource_changes"][number],
  facts: { readonly region: string | undefined; readonly references: PlannedResource["references"] },
): PlannedResource {
  const { region, references } = facts;
  const { change } = resource;
  const pair = {
    before: (change.before ?? null) as JsonValue,
    after: (change.after ?? null) as JsonValue,
    unknown: (change.after_unknown ?? false) as JsonValue,
  };
  return {
    address: resource.address,
    ...(resource.previous_address === undefined ? {} : { previousAddress: resource.previous_address }),
    mode: resource.mode,
    type: resource.type,
    name: resource.name,
    providerName: resource.provider_name,
    ...(region === undefined ? {} : { region }),
    actions: isOnlyMarked(change.actions, pair) ? ["no-op"] : change.actions,
    before: objectOf(change.before, change.before_sensitive),
    after: objectOf(change.after, change.after_sensitive),
    afterUnknown: pair.unknown,
    changedAttributes: changedAttributes(pair),
    ...(references === undefined || Object.keys(references).length === 0 ? {} : { references }),
  };
}

function toOutput(change: NonNullable<PlanJson["output_changes"]>[string]): PlannedOutput {
  const sensitive = (change.after_sensitive ?? false) as JsonValue;
  return {
    actions: change.actions,
    after: withoutSensitive((change.after ?? null) as JsonValue, sensitive) ?? null,
    afterUnknown: (change.after_unknown ?? false) as JsonValue,
    isSensitive: sensitive === true,
  };
}

/**
 * Reads what `terraform show -json PLANFILE` prints, from stand-in and real providers alike. Sensitive values are left
 * out; that they changed is told. Throws an AdapterError of kind "invalid" for anything that is no such plan.
 */
export function decodePlan(json: unknown): TerraformPlan {
  const parsed = PlanJson.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw new AdapterError(
      "invalid",
      `Not a Terraform plan in JSON${where}: ${issue?.message}. Make one with: terraform plan -out=plan.tfplan && terraform show -json plan.tfplan`,
      { cause: parsed.error },
    );
  }
  const plan = parsed.data;
  const deposed = plan.resource_changes.flatMap(({ address, deposed: key }) =>
    key === undefined ? [] : [`${address} (deposed ${key})`],
  );
  const regionOf = regionResolver(plan);
  const referencesOf = configurationReferences((plan.configuration?.root_module ?? {}) as JsonObject);
  return {
    terraformVersion: plan.terraform_version,
    resources: plan.resource_changes
      .filter((resource) => resource.deposed === undefined)
      .map((resource) =>
        toResource(resource, { region: regionOf(resource), references: referencesOf(resource.address) }),
      ),
    ...(deposed.length === 0 ? {} : { deposed }),
    ...(plan.output_changes === undefined
      ? {}
      : {
          outputs: Object.fromEntries(
            Object.entries(plan.output_changes).map(([name, change]) => [name, toOutput(change)]),
          ),
        }),
  };
}
