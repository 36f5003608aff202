import type { Validation } from "@apex/core";
import { readingAmounts } from "./reading-amounts.ts";
import { fileName } from "../wording.ts";
import {
  answersText,
  calibrationText,
  changeText,
  confidenceText,
  containersText,
  figure,
  headroomText,
  peakText,
  runsText,
  scaleText,
  workloadText,
} from "./validation-wording.ts";

/** A name and what is to be said under it. Names of machines, files and images in it are from outside. */
export type Fact = readonly [name: string, text: string];

/** What was tried, with what, and where. */
export function settingFacts(validation: Validation): readonly Fact[] {
  const { fit, host, image, workload } = validation;
  return [
    ["Change", changeText(validation)],
    ["Scale", `${scaleText(fit.scale)} of a machine, on both sides`],
    ["Baseline", containersText(fit.baseline)],
    ["Candidate", containersText(fit.candidate)],
    ["Workload", workloadText(validation)],
    ["Files", workload.files.map(fileName).join(", ")],
    ["Host", `${host.cpus} CPUs (${host.cpuModel}), engine ${host.engineVersion}; image ${image}`],
  ];
}

/** What was found besides the comparison. */
export function findingFacts(validation: Validation): readonly Fact[] {
  const confidence = confidenceText(validation);
  const headroom = headroomText(validation);
  const peak = peakText(validation);
  const calibration = calibrationText(validation);
  const answers = answersText(validation);
  return [
    ["Runs", runsText(validation) + (confidence === null ? "" : `; intervals at ${confidence}`)],
    ...(peak === null ? [] : [["Peak", peak] as const]),
    ...(headroom === null ? [] : [["Headroom", headroom] as const]),
    ...(calibration === null ? [] : [["Calibration", calibration] as const]),
    ...(answers === null ? [] : [["Answers", answers] as const]),
    ["Used", usedText(validation)],
  ];
}

const BYTES_PER_MIB = 1024 ** 2;

function usedText({ reading }: Validation): string {
  if (reading === null) return "unknown: the run's counters could not be read";
  const { cpuHours, memoryGibHours, gpuHours } = readingAmounts(reading);
  const gpu = gpuHours === 0 ? "" : `, ${figure(gpuHours)} GPU-hours`;
  const [network, block] = [reading.networkBytes, reading.blockBytes].map(
    (bytes) => `${figure(Number(bytes) / BYTES_PER_MIB)} MiB`,
  );
  return `${figure(cpuHours)} CPU-hours, ${figure(memoryGibHours)} GiB-hours reserved${gpu}, ${network} over the network, ${block} of block I/O`;
}
