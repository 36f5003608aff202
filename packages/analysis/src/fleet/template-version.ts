import type { Resource } from "@apex/core";
import { isTrueAt, numberAt, textAt } from "./attributes.ts";
import { launchTemplateReference } from "./fleet.ts";

/** Which version of its launch template a group starts from. */
export type StartedVersion =
  /** The one that the state and the inventory know, and the next one that an edit makes. */
  | { readonly kind: "latest" }
  /** The one that is known, but not the next one: why, as a clause. */
  | { readonly kind: "kept"; readonly reason: string }
  /** Another one, of which nothing is known: why, as a clause. */
  | { readonly kind: "other"; readonly reason: string };

const LATEST: StartedVersion = { kind: "latest" };

/**
 * Compares the version that a group names with those of its template: attributes are those of the latest. A number that is the
 * latest one's may be written as a reference, which follows. Source: EC2 user guide, "Launch template versions".
 */
export function startedVersion(group: Resource, template: Resource): StartedVersion {
  const reference = launchTemplateReference(group);
  const written = reference === undefined ? undefined : textAt(reference, "version");
  const latest = numberAt(template.attributes, "latest_version");
  if (written === "$Latest" || latest === undefined) return LATEST;
  const isDefault = written === undefined || written === "$Default";
  const version = isDefault ? numberAt(template.attributes, "default_version") : Number(written);
  if (version === undefined) return LATEST;
  if (version !== latest) {
    return {
      kind: "other",
      reason: `it starts from version ${version} of its launch template, and only the latest, ${latest}, is known`,
    };
  }
  return !isDefault || isTrueAt(template.attributes, "update_default_version")
    ? LATEST
    : {
        kind: "kept",
        reason:
          "it starts from the default version of its launch template, which stays what it is where update_default_version is not set",
      };
}
