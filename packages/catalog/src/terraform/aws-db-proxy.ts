import { decimal } from "@apex/core";
import { essentialPartMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { rdsInstanceClass } from "../rds-price.ts";
import { textAt } from "./attributes.ts";
import { linesOf, MONTH_HOURS, times } from "./aws-data-lines.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** A proxy pays for the vCPUs of the databases it stands before, at least these. Source: RDS Proxy pricing page. */
const VCPU_MIN = 2;

/** The resource of a type whose attribute an argument holds: a name, or the id that is the same. */
function named(
  from: ResourceView,
  view: PlanView,
  what: { readonly type: string; readonly argument: string; readonly attribute: string },
): ResourceView | undefined {
  const path = [what.argument];
  const references = [what.attribute, "id"].map((targetAttribute) => ({ path, targetAttribute }));
  const followed = follow(view, from, { types: [what.type], references });
  return followed.kind === "found" ? followed.resource : undefined;
}

const PROXY = { type: "aws_db_proxy", argument: "db_proxy_name", attribute: "name" } as const;
const INSTANCE = {
  type: "aws_db_instance",
  argument: "db_instance_identifier",
  attribute: "identifier",
} as const;
const CLUSTER = {
  type: "aws_rds_cluster",
  argument: "db_cluster_identifier",
  attribute: "cluster_identifier",
} as const;
const MEMBER_OF = { ...CLUSTER, argument: "cluster_identifier" } as const;

function targetOf(proxy: ResourceView, view: PlanView): ResourceView | undefined {
  return view.ofType("aws_db_proxy_target").find((target) => named(target, view, PROXY) === proxy);
}

/** The instances of a cluster: those whose own reference leads to it. */
function membersOf(cluster: ResourceView, view: PlanView): readonly ResourceView[] {
  return view
    .ofType("aws_rds_cluster_instance")
    .filter((instance) => named(instance, view, MEMBER_OF) === cluster);
}

/** The databases behind a proxy; none when that is not in the plan. */
function databasesOf(proxy: ResourceView, view: PlanView): readonly ResourceView[] {
  const target = targetOf(proxy, view);
  if (target === undefined) return [];
  const instance = named(target, view, INSTANCE);
  if (instance !== undefined) return [instance];
  const cluster = named(target, view, CLUSTER);
  return cluster === undefined ? [] : membersOf(cluster, view);
}

/** `aws_db_proxy`: by the vCPU of the databases that its target names. */
export function priceAwsDbProxy(resource: ResourceView, view: PlanView): PricedParts {
  const databases = databasesOf(resource, view);
  if (databases.length === 0)
    return essentialPartMissing("the databases behind the proxy are not in this plan");
  const vcpus = databases.map(
    (each) => rdsInstanceClass(textAt(each.values, ["instance_class"]) ?? "")?.vcpu,
  );
  const known = vcpus.filter((vcpu) => vcpu !== undefined);
  if (known.length < vcpus.length)
    return essentialPartMissing("the vCPUs of a database behind the proxy are not known");
  const paid = known.reduce((sum, vcpu) => sum + Math.max(VCPU_MIN, vcpu), 0);
  return linesOf(resource, view).fixed(
    [`Proxy (${paid} vCPU)`, "vCPU-hours"],
    "rds-proxy-vcpu-hour",
    times(decimal(paid), MONTH_HOURS),
  );
}
