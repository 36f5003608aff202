import { assert, type ComputeService, type Fit, type FittedService, type HostFacts } from "@apex/core";
import { fitNotes, memory, quantity } from "./fit-notes.ts";
import { type ReplicaChoice, replicaChoices } from "./replica-choices.ts";
import { speedRatio } from "./speed-ratio.ts";

/** What is to fit, and where. */
export interface FitRequest {
  readonly baseline: ComputeService;
  readonly candidate: ComputeService;
  readonly host: HostFacts;
  /** The user's own scale, 0–1; absent: the largest that fits. */
  readonly scale?: number;
  readonly mode: "twin" | "image";
}

/** A fit, or in whole sentences why there is none and what to do. */
export type FitOutcome =
  | { readonly kind: "fitted"; readonly fit: Fit }
  | { readonly kind: "refused"; readonly reason: string };

/** One environment may use so much of the host's memory; two exist for a moment while one replaces the other. */
const MEMORY_SHARE_MAX = 0.6;

/** With less CPU than this, a container waits for its quota more than it works; fewer containers are better then. */
const CORES_PER_REPLICA_MIN = 0.25;

/** Smallest CPU limit that is tried at all, with one container a side. Docker's own minimum is 0.01. */
const CORES_PER_REPLICA_FLOOR = 0.02;

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const PAGE_BYTES = 4096;

/**
 * Smallest memory limit a container is started with. The twin is a Node program of about 64 MiB; of a user's image nothing is
 * known, but no server lives in less.
 */
const MEMORY_FLOOR_BYTES = { twin: 96 * MIB, image: 16 * MIB } as const;

/** The CPUs that services may use; one is kept for the sender wherever there are two. */
function serviceCpus(host: HostFacts): readonly number[] {
  if (host.cpus <= 1) return [0];
  return Array.from({ length: host.cpus - 1 }, (_, index) => index + 1);
}

interface Room {
  readonly request: FitRequest;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Candidate's vCPU over baseline's. */
  readonly ratio: number;
}

/** The largest scale at which a choice of containers fits; a core cannot stand for more than one vCPU of full speed. */
function scaleMax(choice: ReplicaChoice, room: Room): number {
  const { baseline, candidate } = room.request;
  const cores = Math.max(baseline.vcpus * choice.baseline, candidate.vcpus * room.ratio * choice.candidate);
  const bytes = GIB * Math.max(baseline.memoryGib * choice.baseline, candidate.memoryGib * choice.candidate);
  return Math.min(1, 1 / room.ratio, room.cores / cores, room.memoryBytes / bytes);
}

function smallestMemory(room: Room, scale: number): number {
  return scale * GIB * Math.min(room.request.baseline.memoryGib, room.request.candidate.memoryGib);
}

function smallestCores(room: Room, scale: number): number {
  const { baseline, candidate } = room.request;
  return scale * Math.min(baseline.vcpus, candidate.vcpus * room.ratio);
}

/** Whether every container gets a share in which a service can still be told from its limits. */
function isRoomy(room: Room, scale: number): boolean {
  const hasCpu = scale >= Math.min(1, 1 / room.ratio) || smallestCores(room, scale) >= CORES_PER_REPLICA_MIN;
  return hasCpu && smallestMemory(room, scale) >= MEMORY_FLOOR_BYTES[room.request.mode];
}

function fitService(service: ComputeService, replicas: number, scale: number, ratio: number): FittedService {
  return {
    service,
    replicas,
    cpusPerReplica: service.vcpus * scale * ratio,
    memoryBytesPerReplica: Math.floor((service.memoryGib * GIB * scale) / PAGE_BYTES) * PAGE_BYTES,
    loadShare: replicas / service.count,
  };
}

function refuse(reason: string): FitOutcome {
  return { kind: "refused", reason };
}

function refuseUserScale(scale: number, largest: number, room: Room): FitOutcome {
  return refuse(
    `A scale of ${quantity(scale)} does not fit: the services may use ${room.cores === 1 ? "1 core" : `${room.cores} cores`} and ${memory(room.memoryBytes)} of this host, which is enough for ${quantity(largest)}. Leave --scale out to get that.`,
  );
}

function refuseMemory(room: Room, scale: number): FitOutcome {
  const { baseline, candidate, mode } = room.request;
  const smaller = baseline.memoryGib < candidate.memoryGib ? baseline : candidate;
  const bytes = smallestMemory(room, scale);
  const floor = MEMORY_FLOOR_BYTES[mode] / MIB;
  const advice =
    room.request.scale === undefined
      ? "Use a host with more cores and memory."
      : "Choose a larger --scale, or leave it out.";
  return refuse(
    `At a scale of ${quantity(scale)} a container for ${smaller.machineType} would have ${memory(bytes)}, less than the ${floor} MiB that ${mode === "twin" ? "the twin" : "a service"} needs. ${advice}`,
  );
}

/** The choice of containers and the scale; `undefined` when the user's scale fits with none. */
function chooseFit(room: Room): { readonly choice: ReplicaChoice; readonly scale: number } | undefined {
  const { baseline, candidate, scale: wanted } = room.request;
  const fits = replicaChoices(baseline.count, candidate.count)
    .map((choice) => ({ choice, largest: scaleMax(choice, room) }))
    .filter(({ largest }) => wanted === undefined || wanted <= largest)
    .map(({ choice, largest }) => ({ choice, scale: wanted ?? largest }));
  return fits.find(({ scale }) => isRoomy(room, scale)) ?? fits.at(-1);
}

/**
 * Chooses one scale for both sides so that either environment fits on the host beside the sender, and the container limits that
 * follow. When all machines of a group would get too small a share, fewer run and carry their part of the load. A candidate
 * whose vCPUs are faster gets so much more CPU per vCPU.
 */
export function fitToHost(request: FitRequest): FitOutcome {
  const { baseline, candidate, host, scale: wanted } = request;
  assert(baseline.count >= 1 && candidate.count >= 1, "a service without machines");
  assert(baseline.vcpus > 0 && candidate.vcpus > 0, "a machine without CPU");
  if (wanted !== undefined && !(wanted > 0 && wanted <= 1)) {
    return refuse(`The scale must be above 0 and at most 1, not ${wanted}.`);
  }
  const speed = speedRatio(baseline, candidate);
  const cpuset = serviceCpus(host);
  const memoryBytes = host.memoryBytes * MEMORY_SHARE_MAX;
  const room: Room = { request, cores: cpuset.length, memoryBytes, ratio: speed.value };
  const chosen = chooseFit(room);
  if (chosen === undefined) {
    return refuseUserScale(wanted ?? 1, scaleMax({ baseline: 1, candidate: 1 }, room), room);
  }
  const { choice, scale } = chosen;
  if (smallestMemory(room, scale) < MEMORY_FLOOR_BYTES[request.mode]) return refuseMemory(room, scale);
  if (smallestCores(room, scale) < CORES_PER_REPLICA_FLOOR) {
    return refuse(
      `At a scale of ${quantity(scale)} a container would have less than ${CORES_PER_REPLICA_FLOOR} cores, too little to measure. Use a larger host${wanted === undefined ? "" : " or a larger --scale"}.`,
    );
  }
  const fit = {
    scale,
    cpuset,
    baseline: fitService(baseline, choice.baseline, scale, 1),
    candidate: fitService(candidate, choice.candidate, scale, speed.value),
  };
  const notes = [...fitNotes(fit, host, request.mode), ...(speed.note === undefined ? [] : [speed.note])];
  return { kind: "fitted", fit: { ...fit, notes } };
}
