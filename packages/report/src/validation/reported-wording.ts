import type { ReportedValidation } from "./reported-validation.ts";
import { figure, machinesText, msText, scaleText, shareText, verdictSentence } from "./validation-wording.ts";

/** The verdict of one validation, as a sentence. Names in it are from outside. */
export function reportedSentence(row: ReportedValidation): string {
  const { verdict, target, candidate, judgedLatency } = row;
  return `${verdictSentence(verdict, target, machinesText(candidate), judgedLatency ?? null)}.`;
}

/** The figures behind {@link reportedSentence}, now and after. */
export function reportedFigures(row: ReportedValidation): string {
  const { baseline, candidate, headroomFactor, calibrationErrorShare, judgedLatency } = row;
  const latency =
    judgedLatency === undefined
      ? `p99 ${msText(baseline.p99Ms)} → ${msText(candidate.p99Ms)}, not judged`
      : `${judgedLatency.percentile} ${msText(judgedLatency.baselineMs)} → ${msText(judgedLatency.candidateMs)}`;
  return [
    `${machinesText(baseline)} → ${machinesText(candidate)}`,
    latency,
    `CPU ${shareText(baseline.cpuShare)} → ${shareText(candidate.cpuShare)}`,
    `failed ${shareText(baseline.errorShare)} → ${shareText(candidate.errorShare)}`,
    ...(headroomFactor === null ? [] : [`holds up to × ${figure(headroomFactor)} the load`]),
    `at ${scaleText(row.scale)} of a machine`,
    ...(calibrationErrorShare === null ? [] : [`twin ${shareText(calibrationErrorShare)} off`]),
  ].join(" · ");
}
