import type { Fit, HostFacts } from "@apex/core";
import { quantity } from "../fit/fit-notes.ts";
import { gpusOfSides } from "./gpus-of-sides.ts";
import type { ServiceImage } from "./validation-request.ts";

/** What no run here emulates, whatever it measures. */
const ALWAYS = [
  "Network bandwidth and its bursts, disk throughput and its credits, NUMA, noisy neighbours and the latency between zones are not emulated.",
  "Databases and other services that the real one calls are not there: what depends on them is not measured.",
  "Caches, time limits and connection pools that live longer than a replay do not show.",
];

function modelLimits(service: ServiceImage): readonly string[] {
  if (service.kind === "image") {
    return [
      "Replays carry no credentials, not the original Host header, and bodies of filler in the recorded length: what the image answers to that is what was measured.",
      "Runtimes see the host's CPUs and not the container's: thread pools may be larger than on the real machine.",
    ];
  }
  return [
    "A twin stands for the service: it burns the CPU and holds the memory that were recorded, and knows nothing of locks, garbage collection or what the code does with less memory.",
    ...(service.hasWaits === true
      ? []
      : [
          "Requests of the twin do not wait for anything but CPU: latencies are below the real ones by what the service waits.",
        ]),
  ];
}

function gpuLimits(fit: Fit, host: HostFacts, kind: ServiceImage["kind"]): readonly string[] {
  const sides = [fit.baseline, fit.candidate].filter((side) => side.service.gpus > 0);
  if (sides.length === 0) return [];
  if (host.gpus === 0) return ["GPUs are not measured: there is no GPU on this host."];
  if (kind === "twin") return ["GPUs are not measured: the twin uses none."];
  const given = gpusOfSides(fit, host, kind);
  return given.baseline + given.candidate === 0
    ? [
        `GPUs are not measured: this host has ${host.gpus}, fewer than the machines of a side, so that neither side was given any.`,
      ]
    : ["The GPUs are this host's, whatever the machines have."];
}

/** What the sandbox does not emulate in this run, as whole sentences for its report. */
export function runLimits(fit: Fit, host: HostFacts, service: ServiceImage): readonly string[] {
  const isMixed = fit.baseline.cpusPerReplica % 1 !== 0 || fit.candidate.cpusPerReplica % 1 !== 0;
  return [
    `A vCPU is ${quantity(fit.scale)} of a core of this host (${host.cpuModel}), not of the machine's own processor: only the comparison of the two sides counts.`,
    ...modelLimits(service),
    ...(service.kind === "image" && isMixed
      ? [
          "Fractions of a core are enforced by stalling a container up to 100 ms at a time, which whole cores of a machine do not do: high percentiles are pessimistic.",
        ]
      : []),
    ...gpuLimits(fit, host, service.kind),
    ...ALWAYS,
  ];
}
