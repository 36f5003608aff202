import { blocksAt, textAt } from "@apex/catalog";
import type { AppliedResource, Diagnostic, JsonObject, JsonPath } from "@apex/core";
import { about, type AppliedState, configuredText, follow } from "./applied-state.ts";
import { spotAdvice } from "./machine-shape.ts";

/** What EC2 is asked to launch. */
export interface Launch {
  readonly instanceType: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Where a resource points at a launch template. */
export interface TemplateAt {
  readonly block: JsonPath;
  readonly id: string;
  readonly name: string;
}

/**
 * Whether a wanted version can be the one that the state holds, which is always the newest. The stand-in knows no version
 * numbers (0); then a number that came from the template itself is the newest too.
 */
function isNewest(wanted: string | undefined, template: JsonObject): boolean {
  if (wanted === undefined || wanted === "$Latest") return true;
  const latest = textAt(template, ["latest_version"]) ?? template["latest_version"];
  if (wanted === "$Default") {
    const standard = template["default_version"];
    return typeof standard !== "number" || standard === 0 || standard === latest;
  }
  return !/^\d+$/.test(wanted) || Number(wanted) === Number(latest ?? 0) || Number(wanted) === 0;
}

/** Reads the launch template that a block names; `undefined` when the state holds no such template. */
export function templateLaunch(
  resource: AppliedResource,
  state: AppliedState,
  at: TemplateAt,
): Launch | undefined {
  const template = follow(state, resource.values, {
    paths: [
      [...at.block, at.id],
      [...at.block, at.name],
    ],
    types: ["aws_launch_template"],
    targetAttributes: ["id", "name"],
  });
  if (template === undefined) return undefined;
  const { values } = template;
  const version = configuredText(resource.values, [...at.block, "version"]);
  if (!isNewest(version, values)) {
    const summary = `Version ${version ?? ""} of ${template.address} is not in the state, which holds the newest only`;
    return {
      instanceType: undefined,
      diagnostics: [about(resource, { code: "sandbox-launch-template-version", summary })],
    };
  }
  const isSpot = textAt(values, ["instance_market_options", 0, "market_type"]) === "spot";
  return {
    instanceType: configuredText(values, ["instance_type"]),
    diagnostics: [
      ...(isSpot ? [spotAdvice(resource, "Its spot machines")] : []),
      ...requirementsAdvice(resource, values),
    ],
  };
}

function requirementsAdvice(resource: AppliedResource, values: JsonObject): readonly Diagnostic[] {
  const [asked] = blocksAt(values, ["instance_requirements"]);
  const isAsked = asked !== undefined && blocksAt(asked, ["vcpu_count"]).length > 0;
  if (!isAsked || configuredText(values, ["instance_type"]) !== undefined) return [];
  const summary = "Which machine types EC2 picks by attributes is not known before it does";
  return [about(resource, { code: "sandbox-instance-requirements", summary })];
}
