import { DAY_MS, parseInstant, type Resource } from "@apex/core";
import { blocksAt, textAt } from "../fleet/attributes.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { blockVolumes, type VolumeSettings, volumeSettings } from "../fleet/volume.ts";
import { volumeIndex } from "../fleet/volume-index.ts";
import { ignoredBy, leftAlone } from "../policy/ignore.ts";
import type { Policy } from "../policy/policy.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { savingsOf, STORAGE_COVERAGE } from "./draft.ts";
import { factEvidence } from "./fact-evidence.ts";
import { keptAlready, lastSnapshot, savingBehindSnapshot } from "./last-snapshot.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Volumes of instances that have been stopped for long: they are paid as if the instance ran. A snapshot now, the proposal to
 * delete after the hold. Since when an instance is stopped only an inventory tells.
 */
export const ebsStoppedInstance: Rule = {
  name: "ebs-stopped-instance",
  resourceTypes: ["aws_ebs_volume", "aws_instance"],
  judge,
};

/** That an instance was off for so long shows; that somebody starts it once a quarter does not. */
const KNOWN_WAYS = 0.75;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet } = context;
  if (resource.type === "aws_ebs_volume") {
    const users = usersOf(fleet, resource);
    const stopped = users.filter((user): user is Resource => user !== undefined && isStopped(user));
    // One user that runs, or that nobody knows, keeps it.
    if (users.length === 0 || stopped.length < users.length) return [];
    const settings = volumeSettings(resource.attributes, { type: "type", size: "size" });
    return judgeVolume(context, { part: "volume", volumeId: resource.id, settings, instances: stopped });
  }
  if (!isStopped(resource)) return [];
  return blockVolumes(resource).flatMap(({ volumeId, device, settings }) =>
    // The state repeats volumes that have a resource of their own; they are judged there.
    volumeId === undefined || fleet.find(volumeId) !== undefined
      ? []
      : judgeVolume(context, { part: `volume ${device}`, volumeId, settings, instances: [resource] }),
  );
}

function isStopped({ attributes, observed }: Resource): boolean {
  return (textAt(attributes, "instance_state") ?? observed?.state) === "stopped";
}

/** The instances that a volume is attached to; `undefined` for one that is not in the fleet. */
function usersOf(fleet: Fleet, volume: Resource): readonly (Resource | undefined)[] {
  const told = volume.observed?.usedBy;
  if (told !== undefined) return told.map((id) => fleet.find(id));
  const user = [volume.id, ...volume.aliases]
    .map((name) => volumeIndex(fleet).users.get(name))
    .find((one) => one !== undefined);
  if (user === undefined) return blocksAt(volume.attributes, "attachment").map(() => undefined);
  return [user.type === "aws_instance" ? user : fleet.find(textAt(user.attributes, "instance_id") ?? "")];
}

interface StoppedVolume {
  readonly part: string;
  readonly volumeId: string;
  readonly settings: VolumeSettings | undefined;
  readonly instances: readonly Resource[];
}

function judgeVolume(context: RuleContext, volume: StoppedVolume): readonly Judgement[] {
  const { policy, window } = context;
  const { part, volumeId, settings, instances } = volume;
  const why = instances.map((instance) => whyKept(policy, instance)).find((reason) => reason !== undefined);
  if (why !== undefined) return abstain(why);
  const since = instances
    .map(({ observed }) => observed?.stateSince)
    .map((text) => text && parseInstant(text));
  const lastMs = Math.max(
    ...since.map((atMs) => (typeof atMs === "number" ? atMs : Number.POSITIVE_INFINITY)),
  );
  if (!Number.isFinite(lastMs)) {
    return abstain("its instance is stopped, but since when is not known; collect the inventory live");
  }
  const days = (window.endMs - lastMs) / DAY_MS;
  const { stoppedMinimumDays, holdDays } = policy.storage;
  if (days < stoppedMinimumDays) {
    return abstain(
      `its instance has been stopped for ${Math.max(0, days).toFixed(1)} days, ${stoppedMinimumDays} are needed`,
    );
  }
  const kept = keptAlready(context, "aws_ebs_snapshot", { name: volumeId });
  if (kept !== undefined) return abstain(kept);
  const saving = savingBehindSnapshot(context, settings);
  if (saving.kind === "unknown" || settings === undefined)
    return abstain(saving.kind === "unknown" ? saving.reason : "its size is not known");
  const names = instances.map(({ id }) => id).join(", ");
  const factors = {
    use: KNOWN_WAYS,
    lifespan: Math.min(1, days / (2 * stoppedMinimumDays)),
    cap: CONFIDENCE_CAP,
  };
  return proposeIfWorthwhile(context, {
    part,
    action: "snapshot-and-delete",
    from: `${settings.type}, ${settings.sizeGib} GiB`,
    to: "snapshot",
    summary: `${names} has been stopped for ${Math.floor(days)} days and its disk is paid all the while; keep a snapshot and delete it ${holdDays} days later`,
    changes: lastSnapshot(context, {
      id: volumeId,
      why: `whose instance is stopped`,
      ...(part === "volume" ? {} : { suffix: `${part.replace(/^volume \/dev\//, "")}_final` }),
    }),
    monthlySavings: savingsOf(saving.value, STORAGE_COVERAGE, "after-hold"),
    risk: 1,
    effort: "low",
    restartRequired: false,
    rollback:
      "remove the snapshot; the volume is untouched until the second step, and afterwards can be made again from the snapshot",
    ...factEvidence(context, {
      days,
      factors,
      notes: [
        "The instance itself is not touched; without its disks it does not start, so end it with them or make an image first",
        "The saving counts the snapshot at the full size of the volume",
      ],
    }),
    unknowns: [
      "need: whether somebody means to start the instance again",
      "content: whether anyone still needs it",
    ],
  });
}

/** Whose instances stop and start by themselves, or are not to be touched. */
function whyKept(policy: Policy, instance: Resource): string | undefined {
  const { tags } = instance;
  const exception = ignoredBy(policy, "ebs-stopped-instance", instance);
  if (exception !== undefined) return `its instance ${instance.id} is ${leftAlone(exception)}`;
  const group = tags["aws:autoscaling:groupName"];
  if (group !== undefined) return `its instance waits in the warm pool of the Auto Scaling group ${group}`;
  const cluster = Object.keys(tags).find((key) => key.startsWith("kubernetes.io/cluster/"));
  return cluster === undefined ? undefined : "its instance is a Kubernetes node";
}
