import { formatInstant, type JsonValue, type ObservedFacts, type Resource } from "@apex/core";
import { identityOf, regionOf, tagsOf } from "../terraform/identity.ts";
import { present } from "./names.ts";

/** What an inventory found of one resource, under Terraform's type and attribute names. */
export interface FoundResource {
  readonly type: string;
  readonly project: string;
  /** Attributes that the API did not tell are undefined, and left out. */
  readonly attributes: Readonly<Record<string, JsonValue | undefined>>;
  readonly observed: { readonly [Fact in keyof Omit<ObservedFacts, "at">]: ObservedFacts[Fact] | undefined };
  /** Names beyond those that the attributes tell, as bills write them. */
  readonly aliases?: readonly string[];
}

/** The resource with the names that a state gives it; `undefined` for one without any. */
export function gcpResource(found: FoundResource, nowMs: number): Resource | undefined {
  const { type, project, aliases = [] } = found;
  const attributes = present({ ...found.attributes, project });
  const identity = identityOf("gcp", type, attributes);
  if (identity === undefined) return undefined;
  const region = regionOf("gcp", attributes);
  return {
    id: identity.id,
    provider: "gcp",
    type,
    aliases: [...new Set([...identity.aliases, ...aliases])].filter((alias) => alias !== identity.id),
    ...(region === undefined ? {} : { region }),
    account: project,
    tags: tagsOf("gcp", attributes),
    attributes,
    observed: { at: formatInstant(nowMs), ...(present(found.observed) as Omit<ObservedFacts, "at">) },
  };
}

/** How the detailed billing export writes `resource.global_name`: "//compute.googleapis.com/projects/p/zones/z/instances/123". */
export function globalName(service: string, path: string): string {
  return `//${service}.googleapis.com/${path}`;
}
