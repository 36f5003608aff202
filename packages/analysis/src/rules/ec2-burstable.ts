import { type MachineType, unitPrice } from "@apex/catalog";
import { type Decimal, type Known, known, unknown } from "@apex/core";
import type { Candidate } from "../rightsizing/choose.ts";
import { machineCandidates, type Market } from "../rightsizing/machine-candidates.ts";
import { creditModeOf } from "./ec2-credits.ts";
import { ec2Machine } from "./ec2-machine.ts";
import type { Judgement, Rule, RuleContext } from "./rule.ts";
import { judgeStandard, judgeSurplus } from "./surplus-credits.ts";
import { setAttribute } from "./worthwhile.ts";

/**
 * Burstable EC2 instances that live beyond their credits: in unlimited mode a fixed type where the surplus credits make it the
 * cheaper one; in standard mode the word that its CPU was held back.
 */
export const ec2Burstable: Rule = { name: "ec2-burstable", resourceTypes: ["aws_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const found = ec2Machine(context);
  // What cannot be read at all is ec2-idle's to say, once.
  if (found.kind === "refused" || !found.machine.isBurstable) return [];
  const { machine, market } = found;
  const credits = creditModeOf(context.resource, machine);
  if (credits.mode === "standard") return judgeStandard(context);
  return judgeSurplus(context, {
    machine,
    hourly: found.hourly,
    creditPrice: () => creditPrice(machine, market),
    candidates: fixedTypes(context, machine, market),
    changesTo: (to) => setAttribute(context.resource, ["instance_type"], { from: machine.name, to }),
    restart: "the instance is stopped and started",
    unknowns: [
      ...(credits.isDefault
        ? ["credit mode: not in the state; its family's default, unlimited, is assumed"]
        : []),
      ...found.unknowns,
    ],
  });
}

/** USD of a vCPU-hour of surplus credits. */
function creditPrice(machine: MachineType, market: Market): Known<Decimal> {
  // Both have a rate of their own, which is not in the price tables.
  if (market.operatingSystem === "windows" || machine.family === "t4g") {
    const what = machine.family === "t4g" ? "T4g" : "Windows";
    return unknown(
      `it spends more credits than it earns, but what surplus credits cost on ${what} is not known`,
    );
  }
  const price = unitPrice("surplus-cpu-credit-vcpu-hour", market.region, market.prices);
  return price.kind === "known" ? known(price.value.price) : price;
}

function fixedTypes(
  { policy }: RuleContext,
  machine: MachineType,
  market: Market,
): readonly Candidate<MachineType>[] {
  return machineCandidates(machine, market, { ...policy.candidates, burstable: false });
}
