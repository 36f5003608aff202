import type { ReportedValidation } from "./reported-validation.ts";
import { figure, machinesText, msText, scaleText, shareText, verdictSentence } from "./validation-wording.ts";

/** The verdict of one validation, as a sentence. Names in it are from outside. */
export function reportedSentence({ verdict, target, candidate }: ReportedValidation): string {
  return `${verdictSentence(verdict, target, machinesText(candidate))}.`;
}

/** The figures behind {@link reportedSentence}, now and after. */
export function reportedFigures(row: ReportedValidation): string {
  const { baseline, candidate, headroomFactor, calibrationErrorShare } = row;
  return [
    `${machinesText(baseline)} → ${machinesText(candidate)}`,
    `p99 ${msText(baseline.p99Ms)} → ${msText(candidate.p99Ms)}`,
    `CPU ${shareText(baseline.cpuShare)} → ${shareText(candidate.cpuShare)}`,
    `failed ${shareText(baseline.errorShare)} → ${shareText(candidate.errorShare)}`,
    ...(headroomFactor === null ? [] : [`holds up to × ${figure(headroomFactor)} the load`]),
    `at ${scaleText(row.scale)} of a machine`,
    ...(calibrationErrorShare === null ? [] : [`twin ${shareText(calibrationErrorShare)} off`]),
  ].join(" · ");
}
