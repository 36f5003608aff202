import { unitPrice } from "@apex/catalog";
import { type Decimal, type Known, known } from "@apex/core";
import { isTrueAt } from "../fleet/attributes.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { isStandardDatabase } from "./ec2-credits.ts";
import { rdsDatabase } from "./rds-database.ts";
import { rdsCandidates } from "./rds-resize.ts";
import type { Judgement, Rule, RuleContext } from "./rule.ts";
import { judgeStandard, judgeSurplus } from "./surplus-credits.ts";
import { setAttribute } from "./worthwhile.ts";

/**
 * Databases on burstable classes that live beyond their credits. T3 and T4g are always unlimited: a fixed class where the surplus
 * credits make it the cheaper one. T2 is held to its baseline: the word that it was.
 */
export const rdsBurstable: Rule = {
  name: "rds-burstable",
  resourceTypes: ["aws_db_instance", "aws_rds_cluster_instance"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const found = rdsDatabase(context);
  // What cannot be read at all is rds-idle's to say, once.
  if (found.kind === "refused" || !found.shape.isBurstable) return [];
  const { shape, hourly, engine } = found;
  if (isStandardDatabase(shape)) return judgeStandard(context);
  const { resource, policy } = context;
  const allowed = {
    ...policy.candidates,
    // RDS sells older generations beside the newest: which are worth it their prices say.
    allowedFamilies: policy.candidates.allowedFamilies ?? ["*"],
    burstable: false,
  };
  return judgeSurplus(context, {
    machine: shape,
    hourly,
    creditPrice: () => creditPrice(context, engine),
    candidates: rdsCandidates(context, shape, found.priceOf, allowed),
    changesTo: (to) => setAttribute(resource, ["instance_class"], { from: shape.name, to }),
    restart: "the database restarts in its maintenance window, or fails over where it is Multi-AZ",
    unknowns: [
      ...found.unknowns,
      "reserved instances: they do not pay for surplus credits, so these are saved whatever is reserved",
      "engine version: whether it supports another class is not checked",
      ...(isTrueAt(resource.attributes, "multi_az")
        ? ["standby: what its own credits cost is not measured, and not counted"]
        : []),
    ],
  });
}

/** USD of a vCPU-hour of surplus credits, which is the same for all sizes. */
function creditPrice({ resource, prices }: RuleContext, engine: string): Known<Decimal> {
  const name = engine.startsWith("aurora")
    ? "aurora-surplus-cpu-credit-vcpu-hour"
    : "rds-surplus-cpu-credit-vcpu-hour";
  const price = unitPrice(name, awsRegionOf(resource) ?? "", prices);
  return price.kind === "known" ? known(price.value.price) : price;
}
