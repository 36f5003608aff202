import { parseAddress } from "@apex/core";
import { type ConfigModule, PlanExpression, type PlanJson } from "./plan-json.ts";

type ResourceChange = PlanJson["resource_changes"][number];

/** `eu-west-1` out of `eu-west-1a`; Google's zones end in `-b`. */
function regionOfZone(zone: string): string | undefined {
  const aws = /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$/.exec(zone);
  const google = /^([a-z]+-[a-z]+\d+)-[a-z]$/.exec(zone);
  return aws?.[1] ?? google?.[1];
}

function regionOfArn(arn: string): string | undefined {
  const region = arn.startsWith("arn:") ? arn.split(":")[3] : undefined;
  return region === "" ? undefined : region;
}

/** What the resource itself says: its own region, its zone, its ARN. */
function regionOfValues(values: unknown): string | undefined {
  if (typeof values !== "object" || values === null) return undefined;
  const text = (name: string): string | undefined => {
    const value = (values as Record<string, unknown>)[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const zone = text("availability_zone") ?? text("zone");
  const own = text("region");
  const last = (value: string) => value.slice(value.lastIndexOf("/") + 1);
  return (
    (own === undefined ? undefined : last(own)) ??
    (zone === undefined ? undefined : regionOfZone(last(zone))) ??
    regionOfArn(text("arn") ?? "")
  );
}

/** The value of a constant or of a root variable; anything else is not known here. */
function resolveExpression(expression: unknown, plan: PlanJson): string | undefined {
  const parsed = PlanExpression.safeParse(expression);
  if (!parsed.success) return undefined;
  const { constant_value: constant, references } = parsed.data;
  if (typeof constant === "string") return constant;
  const variables = (references ?? []).flatMap((reference) => /^var\.([^.[]+)$/.exec(reference)?.[1] ?? []);
  const [name] = variables;
  if (references?.length !== 1 || name === undefined) return undefined;
  const value = plan.variables?.[name]?.value;
  return typeof value === "string" ? value : undefined;
}

function configKeyOf(module: ConfigModule, prefix: string, keys: Map<string, string>): void {
  for (const resource of module.resources ?? []) {
    if (resource.provider_config_key !== undefined) {
      keys.set(`${prefix}${resource.address}`, resource.provider_config_key);
    }
  }
  for (const [name, call] of Object.entries(module.module_calls ?? {})) {
    if (call.module !== undefined) configKeyOf(call.module, `${prefix}module.${name}.`, keys);
  }
}

/**
 * Tells the region of each planned resource: what the resource says itself, else the region of the provider
 * configuration that serves it where that is a constant or a root variable. Terraform's plan does not evaluate more.
 */
export function regionResolver(plan: PlanJson): (change: ResourceChange) => string | undefined {
  const providers = plan.configuration?.provider_config ?? {};
  const keys = new Map<string, string>();
  if (plan.configuration?.root_module !== undefined) configKeyOf(plan.configuration.root_module, "", keys);
  const regions = new Map(
    Object.entries(providers).map(([key, config]) => [
      key,
      resolveExpression(config.expressions?.["region"], plan) ??
        regionOfZone(resolveExpression(config.expressions?.["zone"], plan) ?? ""),
    ]),
  );
  return (change) => {
    const own = regionOfValues(change.change.after) ?? regionOfValues(change.change.before);
    if (own !== undefined) return own;
    const address = parseAddress(change.address);
    const path = address?.modules.map((step) => `module.${step.name}.`).join("") ?? "";
    const mode = change.mode === "data" ? "data." : "";
    const key = keys.get(`${path}${mode}${change.type}.${change.name}`);
    // A key names a configuration in the plan; a module that inherits one names it by the provider alone.
    return key === undefined ? undefined : (regions.get(key) ?? regions.get(key.split(":").at(-1) ?? key));
  };
}
