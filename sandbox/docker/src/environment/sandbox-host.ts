import { type Environment, type EnvironmentSpec, type SandboxHost, type StopSignal } from "@apex/core";
import type { DockerEngine } from "../connect.ts";
import type { EngineFacts } from "../engine-facts.ts";
import { following } from "../following.ts";
import { runCgroup } from "../meter/cgroup-layout.ts";
import { killStrays, openRunCgroup, removeRunCgroup } from "../meter/run-cgroup.ts";
import { type Meter, readRunCounters, settle } from "../meter/run-reading.ts";
import { removeContainer } from "../remove-container.ts";
import { labelledContainers, labelledNetworks, labelledVolumes } from "../run/find-resources.ts";
import { isAbandoned } from "../run/labels.ts";
import { recordFolder } from "../run/record-folder.ts";
import { noteLease, openRunRecord, removeRunRecord } from "../run/run-record.ts";
import { checkRunId, checkSpec } from "./check-spec.ts";
import { canCloseHost } from "./firewall.ts";
import { asked } from "../errors.ts";
import { hostCounters } from "./host-counters.ts";
import { hostGround } from "./host-ground.ts";
import { removeNetwork } from "./network.ts";
import { provision } from "./provision.ts";

/** A sandbox host in Docker. */
export interface DockerSandboxHost extends SandboxHost {
  /** Whole sentences: what this host cannot enforce or count, for reports. Empty where everything holds. */
  readonly notes: readonly string[];
}

const HOST_IS_OPEN =
  "Containers can reach services that listen on this host's own addresses, because closing them off needs root and iptables: " +
  "run images that you trust, or run Apex as root.";
const CALLS_ARE_OPEN =
  "System calls of containers are not filtered, because the kernel or the engine has no seccomp: run images that you trust.";
const CPU_OF_THE_DEAD =
  "The CPU time of containers that ended on their own is counted up to the last reading only, because under systemd only root " +
  "may keep a run's counter: run Apex as root.";

/** What the engine cannot enforce on this kernel: it would discard the limits in silence. */
function engineNotes({ lacks, hasSeccomp }: EngineFacts): readonly string[] {
  const unlimited = lacks.length === 0 ? [] : [`The engine cannot limit ${lacks.join(", ")} on this kernel.`];
  return hasSeccomp ? unlimited : [...unlimited, CALLS_ARE_OPEN];
}

/** Settles and removes what a dead process has left of a run that this one takes over. */
async function removeOrphans(meter: Meter, runId: string): Promise<void> {
  const [containers, networks] = await Promise.all([
    labelledContainers(meter.docker, runId),
    labelledNetworks(meter.docker, runId),
  ]);
  const left = {
    containerIds: containers.filter(({ labels }) => isAbandoned(labels, Date.now())).map(({ id }) => id),
    networks: networks.filter(({ labels }) => isAbandoned(labels, Date.now())),
  };
  await settle(meter, runId, left);
  await Promise.all(left.containerIds.map((id) => removeContainer(meter.docker, id)));
  await Promise.all(left.networks.map((network) => removeNetwork(meter.docker, network)));
  if (left.containerIds.length === containers.length) await killStrays(meter.layout, runId);
}

async function removeRun(meter: Meter, runId: string): Promise<void> {
  const { docker, layout } = meter;
  const [containers, networks] = await Promise.all([
    labelledContainers(docker, runId),
    labelledNetworks(docker, runId),
  ]);
  await Promise.all(containers.map(({ id }) => removeContainer(docker, id)));
  await Promise.all(networks.map((network) => removeNetwork(docker, network)));
  for (const { id } of await labelledVolumes(docker, runId)) {
    await asked(`removing volume ${id}`, docker.getVolume(id).remove());
  }
  await removeRunCgroup(layout, runId);
  await removeRunRecord(meter.recordFolder, runId);
}

/**
 * This machine as a host of environments in Docker. Throws an AdapterError (`unavailable`) when containers can not be reached or
 * measured here, by the rules of {@link hostGround}.
 */
export async function sandboxHost(engine: DockerEngine): Promise<DockerSandboxHost> {
  const { facts, layout } = await hostGround(engine);
  const meter: Meter = { docker: engine.docker, layout, recordFolder: recordFolder() };
  const isHostClosed = await canCloseHost();
  const isCounterKept = layout.driver === "cgroupfs" || process.getuid?.() === 0;
  const opened = new Map<string, Promise<void>>();
  const open = async (runId: string): Promise<void> => {
    await openRunRecord(meter.recordFolder, runId);
    await openRunCgroup(layout, runId);
    await removeOrphans(meter, runId);
  };
  return {
    facts,
    notes: [
      ...(isHostClosed ? [] : [HOST_IS_OPEN]),
      ...(isCounterKept ? [] : [CPU_OF_THE_DEAD]),
      ...engineNotes(engine.facts),
    ],
    counters: hostCounters,
    async provision(spec: EnvironmentSpec, signal: StopSignal): Promise<Environment> {
      checkSpec(spec, facts);
      const opening = opened.get(spec.runId) ?? open(spec.runId);
      opened.set(spec.runId, opening);
      try {
        await opening;
      } catch (error) {
        opened.delete(spec.runId);
        throw error;
      }
      await noteLease(meter.recordFolder, spec.runId, Date.now() + spec.leaseMs);
      const { parent: cgroupParent } = runCgroup(layout, spec.runId);
      return following(signal, (stop) => provision({ meter, cgroupParent, isHostClosed }, spec, stop));
    },
    async reading(runId: string) {
      checkRunId(runId);
      return readRunCounters(meter, runId);
    },
    async closeRun(runId: string) {
      checkRunId(runId);
      await opened.get(runId)?.catch(() => {});
      opened.delete(runId);
      await removeRun(meter, runId);
    },
  };
}
