import type { JsonObject } from "@apex/core";
import { formatGrant, type Grant } from "./grant.ts";
import { networkGrants } from "./network.ts";
import { openings } from "./openness.ts";
import { policyGrants } from "./policies.ts";

/** What a resource of AWS, Google, Azure or Kubernetes opens to others, each fact once, in order. Unknown values open nothing. */
export function grantsOf(type: string, values: JsonObject): readonly Grant[] {
  const all = [...networkGrants(type, values), ...policyGrants(type, values), ...openings(type, values)];
  const byText = new Map(all.map((grant) => [formatGrant(grant), grant]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, grant]) => grant);
}
