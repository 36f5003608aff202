import {
  machineHourlyPrice,
  type MachineType,
  machineTypes,
  type OperatingSystem,
  type PriceBook,
} from "@apex/catalog";
import type { Decimal, Known, MigrationEffort } from "@apex/core";
import { known } from "@apex/core";
import type { CandidatePolicy } from "../policy/policy.ts";
import type { Candidate } from "./choose.ts";
import { matchesPattern } from "./pattern.ts";

/** Where and with what licence machines are bought. */
export interface Market {
  readonly region: string;
  readonly operatingSystem: OperatingSystem;
  /** Whether a part of the licence that grows with the vCPUs has no known price; absent where there is none. */
  readonly hasUnpricedPart?: boolean;
  readonly prices: PriceBook;
}

/** USD per hour at list price. */
export function hourlyPrice(
  { provider, name }: MachineType,
  { prices, region, operatingSystem }: Market,
): Known<Decimal> {
  const price = machineHourlyPrice({ provider, name, region, operatingSystem }, prices);
  return price.kind === "known" ? known(price.value.price) : price;
}

/** Whether what is not priced of a licence is surely no dearer on another machine. */
export function isLicenceNoDearer(now: MachineType, after: MachineType, market: Market): boolean {
  return market.hasUnpricedPart !== true || after.vcpu <= now.vcpu;
}

/**
 * Every machine type that could stand in for `now` without losing something that no metric shows: architecture
 * (unless the policy allows another), GPUs and accelerators, local disks, bare metal; within the families of the
 * policy, with a known price.
 */
export function machineCandidates(
  now: MachineType,
  market: Market,
  policy: CandidatePolicy,
): readonly Candidate<MachineType>[] {
  const known = candidatesByPrices.get(market.prices) ?? new Map<string, readonly Candidate<MachineType>[]>();
  candidatesByPrices.set(market.prices, known);
  const key = JSON.stringify([
    now.provider,
    now.name,
    market.region,
    market.operatingSystem,
    market.hasUnpricedPart,
    policy,
  ]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const candidates = pricedCandidates(now, market, policy);
  // A fleet of more kinds than that is judged all the same.
  if (known.size >= KINDS_KEPT_MAX) known.clear();
  known.set(key, candidates);
  return candidates;
}

/** Kinds of machines that candidates are kept of: some ten kilobytes each. */
const KINDS_KEPT_MAX = 1000;

/** A fleet is of few types, and each machine of one has the same candidates, as long as prices and policy are the same. */
const candidatesByPrices = new WeakMap<PriceBook, Map<string, readonly Candidate<MachineType>[]>>();

function pricedCandidates(
  now: MachineType,
  market: Market,
  policy: CandidatePolicy,
): readonly Candidate<MachineType>[] {
  return machineTypes(now.provider).flatMap((machine) => {
    if (!keepsFeatures(now, machine, policy) || !isAllowed(now, machine, policy)) return [];
    if (!isLicenceNoDearer(now, machine, market)) return [];
    const hourly = hourlyPrice(machine, market);
    if (hourly.kind === "unknown") return [];
    return [{ machine, name: machine.name, hourly: hourly.value, effort: effortOf(now, machine) }];
  });
}

function keepsFeatures(now: MachineType, machine: MachineType, policy: CandidatePolicy): boolean {
  const keepsArchitecture =
    machine.architecture === now.architecture || policy.architectures.includes(machine.architecture);
  return (
    keepsArchitecture &&
    machine.gpu === undefined &&
    now.gpu === undefined &&
    machine.accelerator === undefined &&
    now.accelerator === undefined &&
    isMetal(machine) === isMetal(now) &&
    // What is on local disks is not measured: no less of them than today.
    machine.localNvmeGb >= now.localNvmeGb
  );
}

/**
 * Whether the policy lets a family, a generation and a kind of CPU through. Today's own family always counts as
 * current.
 */
export function isAllowed(now: MachineType, machine: MachineType, policy: CandidatePolicy): boolean {
  const isSameFamily = machine.family === now.family;
  if (policy.deniedFamilies.some((pattern) => matchesPattern(pattern, machine.family))) return false;
  if (policy.allowedFamilies?.some((pattern) => matchesPattern(pattern, machine.family)) === false)
    return false;
  // A family that the policy names is wanted, whatever its age; of all others only the current generation is.
  const isOld = machine.isCurrentGeneration === false && policy.allowedFamilies === null;
  if (!isSameFamily && (!policy.crossFamily || isOld)) return false;
  const isShared = machine.isBurstable || machine.isFlex;
  return !isShared || isSameFamily || policy.burstable;
}

/**
 * What moving to a machine asks of its owner, in the classes of AWS Compute Optimizer: nothing but a restart
 * within a family or kind of machine; new drivers (ENA, NVMe) when the hypervisor changes and other images when
 * the architecture does are medium.
 */
export function effortOf(now: MachineType, machine: MachineType): MigrationEffort {
  if (machine.architecture !== now.architecture) return "medium";
  if (machine.family === now.family) return "very-low";
  return machine.hypervisor === now.hypervisor ? "low" : "medium";
}

function isMetal(machine: MachineType): boolean {
  return machine.size.startsWith("metal");
}
