import type { ComputeService, RunMeasurement, Verdict, VerdictReason } from "@apex/core";
import { medianOf } from "../judge/intervals.ts";
import { sideRuns } from "../judge/signals.ts";
import { formatNumber, formatPercent } from "../judge/wording.ts";
import { gpusOfSides } from "./gpus-of-sides.ts";
import { imageRecord } from "./image-record.ts";
import type { ValidationPlan } from "./plan-validation.ts";

/** What keeps a pass from standing: a code, and a whole sentence with what to do. */
type Gate = Pick<VerdictReason, "code" | "summary"> | null;

/** CPU limits that differ by less than this are one. */
const CPU_SHARE_ROUNDING = 1e-6;

function namesOf({ count, machineType }: ComputeService): string {
  return count === 1 ? machineType : `${count} × ${machineType}`;
}

function memoryOf(service: ComputeService): string {
  const each = service.count === 1 ? "" : " each";
  return `${namesOf(service)} ${service.count === 1 ? "has" : "have"} ${service.memoryGib} GiB${each}`;
}

/**
 * Memory that nobody recorded was not held by the twin: a candidate with less of it, or with fewer machines to share what is
 * held, cannot pass on that. Unknown is not enough.
 */
function unmeasuredMemory({ request, twin }: ValidationPlan): Gate {
  const { baseline, candidate } = request;
  const isUnknown = twin !== null && twin.demand.memoryShare === null;
  const hasLess = candidate.memoryGib < baseline.memoryGib || candidate.count < baseline.count;
  if (!isUnknown || !hasLess) return null;
  return {
    code: "memory-not-recorded",
    summary: `${memoryOf(candidate)} where ${memoryOf(baseline)}, and nobody recorded how much is used: give memory metrics, or an image of the service.`,
  };
}

/** What names the GPU within a machine type: "g5" of "g5.xlarge", and "a2-ultragpu" of "a2-ultragpu-1g", whose memory is twice "a2-highgpu"'s. */
function gpuFamilyOf(machineType: string): string {
  return /^(?:a\d+-[a-z]+|[^.\- ]+)/.exec(machineType)?.[0] ?? machineType;
}

function gpusOf(service: ComputeService): string {
  return `${formatNumber(service.gpus * service.count)} (${namesOf(service)})`;
}

/**
 * GPUs that no container was given were not used. Those that were are this host's on both sides, so that another family of
 * them is not measured even then.
 */
function unmeasuredGpus({ fit, host, request }: ValidationPlan): Gate {
  const { baseline, candidate, service } = request;
  if (baseline.gpus === 0 && candidate.gpus === 0) return null;
  const isOther = gpuFamilyOf(baseline.machineType) !== gpuFamilyOf(candidate.machineType);
  const isMore =
    baseline.gpus !== candidate.gpus || baseline.gpus * baseline.count !== candidate.gpus * candidate.count;
  const given = gpusOfSides(fit, host, service.kind);
  const isGiven = given.baseline === baseline.gpus && given.candidate === candidate.gpus;
  if (isGiven ? !isOther : !isOther && !isMore) return null;
  const why = isGiven ? "both sides ran on the GPUs of this host" : "no container was given one";
  return {
    code: "gpu-not-measured",
    summary: `The GPUs change from ${gpusOf(baseline)} to ${gpusOf(candidate)}, and ${why}: nothing is known about whether they suffice.`,
  };
}

/** An image that nothing ties to the record may do any other work: less CPU for it proves nothing. */
function uncalibratedImage(plan: ValidationPlan, runs: readonly RunMeasurement[]): Gate {
  if (plan.twin !== null || imageRecord(plan, runs) !== null) return null;
  const { baseline, candidate } = plan.fit;
  const cores = (side: typeof baseline) => side.cpusPerReplica * side.service.count;
  if (cores(candidate) >= cores(baseline) * (1 - CPU_SHARE_ROUNDING)) return null;
  return {
    code: "image-not-calibrated",
    summary: `There is less CPU in ${namesOf(candidate.service)} than in ${namesOf(baseline.service)}, and nothing tells whether the image works here as the service did there, because no CPU utilisation of the recorded window is known: give metrics of it (--metrics).`,
  };
}

/** What is used beyond the sustained CPU of a burstable machine is paid with credits, which no replay lives long enough to spend. */
function burstCredits({ request }: ValidationPlan, runs: readonly RunMeasurement[]): Gate {
  const { machineType, vcpus, sustainedVcpus } = request.candidate;
  if (sustainedVcpus === undefined) return null;
  const { faithful } = sideRuns(runs, "candidate");
  const share = medianOf(faithful.map((run) => run.cpuShare));
  if (share === null || share * vcpus <= sustainedVcpus) return null;
  return {
    code: "burst-credits",
    summary: `${machineType} used ${formatNumber(share * vcpus)} vCPUs (${formatPercent(share)} of ${formatNumber(vcpus)}) and sustains ${formatNumber(sustainedVcpus)} without credits: no replay lasts until they are spent. Show that they suffice, or choose a machine that is not burstable.`,
  };
}

/** A pass that rests on something that was not measured is none: what was, passed, and what was not is said first. */
export function withPassGates(
  plan: ValidationPlan,
  runs: readonly RunMeasurement[],
  verdict: Verdict,
): Verdict {
  if (verdict.kind !== "pass") return verdict;
  const gates = [
    unmeasuredMemory(plan),
    unmeasuredGpus(plan),
    uncalibratedImage(plan, runs),
    burstCredits(plan, runs),
  ];
  const reasons = gates.flatMap((gate) =>
    gate === null ? [] : [{ ...gate, kind: "inconclusive" as const }],
  );
  if (reasons.length === 0) return verdict;
  return { ...verdict, kind: "inconclusive", reasons: [...reasons, ...verdict.reasons] };
}
