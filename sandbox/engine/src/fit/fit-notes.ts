import type { Fit, FittedService, HostFacts } from "@apex/core";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** A number for people: three significant digits. */
export function quantity(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Memory for people, in GiB from one on. */
export function memory(bytes: number): string {
  return bytes >= GIB ? `${quantity(bytes / GIB)} GiB` : `${quantity(bytes / MIB)} MiB`;
}

function replicaNote(fit: Omit<Fit, "notes">): readonly string[] {
  const { baseline, candidate } = fit;
  const isWhole = (side: FittedService) => side.replicas === side.service.count;
  if (isWhole(baseline) && isWhole(candidate)) return [];
  const percent = (side: FittedService) => `${quantity(side.loadShare * 100)} %`;
  const load =
    baseline.loadShare === candidate.loadShare
      ? `with ${percent(baseline)} of the load`
      : `with ${percent(baseline)} and ${percent(candidate)} of the load`;
  return [
    `Of ${baseline.service.count} machines now and ${candidate.service.count} proposed, ${baseline.replicas} and ${candidate.replicas} run, ${load}: a balancer is taken to share it evenly.`,
  ];
}

/** What the scale does to the result, in whole sentences. */
export function fitNotes(
  fit: Omit<Fit, "notes">,
  host: HostFacts,
  mode: "twin" | "image",
): readonly string[] {
  const cores = `${quantity(fit.baseline.cpusPerReplica)} and ${quantity(fit.candidate.cpusPerReplica)} cores`;
  const bytes = `${memory(fit.baseline.memoryBytesPerReplica)} and ${memory(fit.candidate.memoryBytesPerReplica)}`;
  return [
    `One vCPU is ${quantity(fit.scale)} of a core of this host, and memory is scaled alike, for both sides: containers of ${cores}, ${bytes}.`,
    ...replicaNote(fit),
    ...(mode === "image" && fit.scale < 1
      ? [
          `The load is scaled to ${quantity(fit.scale * 100)} % with the machines. A fraction of a core is a quota that stalls up to 100 ms at a time, and a smaller machine pools less, so that high percentiles are worse here than on the real machine.`,
        ]
      : []),
    ...(host.cpus <= 1
      ? ["This host has a single CPU, which the sender and the services share: latencies are less exact."]
      : []),
  ];
}
