import { gcpDiskMonthlyPrice, unitPrice } from "@apex/catalog";
import {
  compareDecimals,
  DAY_MS,
  decimal,
  formatInstant,
  type IntendedChange,
  multiply,
  parseInstant,
  type Resource,
  subtract,
} from "@apex/core";
import { blocksAt, numberAt, textAt } from "../fleet/attributes.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { evidenceFrame, monthlyTotal, savingsOf, shownDays, STORAGE_COVERAGE } from "./draft.ts";
import { keptAlready } from "./last-snapshot.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { blockNameFor } from "./stop-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Persistent disks that nothing uses: a snapshot now, the proposal to delete after the hold. Never deleted in one step. Not
 * considered: disks of storage pools, regional disks and Hyperdisks, whose prices are not known.
 */
export const gceDiskUnattached: Rule = {
  name: "gce-disk-unattached",
  resourceTypes: ["google_compute_disk", "google_compute_region_disk"],
  judge,
};

/** A state tells how things were when it was last refreshed; the inventory, how they were when it was asked. */
const SEEN_IN_STATE = 2 / 3;

/** Source: Compute Engine, "Naming resources". */
const NAME_LENGTH_MAX = 63;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet, policy, prices } = context;
  const users = usersOf(fleet, resource);
  if (users !== undefined && users.length > 0) return [];
  const open = whyOpen(context, users);
  if (open !== undefined) return abstain(open);
  const sinceMs = unusedSince(resource);
  if (sinceMs === undefined) return abstain("since when nothing uses it is not known");
  const days = (context.window.endMs - sinceMs) / DAY_MS;
  const { gcpMinimumAgeDays } = policy.storage;
  if (days < gcpMinimumAgeDays)
    return abstain(`nothing has used it for ${days.toFixed(1)} days, ${gcpMinimumAgeDays} are needed`);
  const kept = keptAlready(context, "google_compute_snapshot", {
    name: textAt(resource.attributes, "name") ?? "",
    isOf: ({ attributes }) => namesDisk(resource, textAt(attributes, "source_disk")),
  });
  if (kept !== undefined) return abstain(kept);
  const priced = priceOf(resource, prices);
  if (priced.kind === "unknown") return abstain(priced.reason);
  const { list, from } = priced;
  if (compareDecimals(list, decimal(0)) <= 0)
    return abstain("a full snapshot of it would cost no less than the disk");
  const isLive = resource.observed !== undefined;
  const factors = { attachment: isLive ? 1 : SEEN_IN_STATE, cap: CONFIDENCE_CAP };
  return proposeIfWorthwhile(context, {
    part: "volume",
    action: "snapshot-and-delete",
    from,
    to: "snapshot",
    summary: `Nothing has used this disk for ${Math.floor(days)} days; keep a snapshot and delete it ${policy.storage.holdDays} days later`,
    changes: stageOne(context),
    monthlySavings: savingsOf(list, STORAGE_COVERAGE, "after-hold"),
    risk: 1,
    confidence: factors.attachment * factors.cap,
    effort: "low",
    restartRequired: false,
    rollback:
      "remove the snapshot; the disk is untouched until the second step, and afterwards can be made again from the snapshot",
    evidence: {
      ...evidenceFrame(context.window, policy),
      lookBackDays: shownDays(days),
      coverage: 1,
      dimensions: [],
      confidenceFactors: factors,
      alternatives: [],
      notes: [
        isLive
          ? `The inventory of ${resource.observed.at} shows nothing that uses it`
          : "The state shows nothing that uses it, as of its last refresh",
        "The saving counts the snapshot at the full size of the disk",
      ],
    },
    unknowns: [
      "content: whether anyone still needs it",
      ...(isLive ? [] : ["changes outside of Terraform: an attachment made since the refresh is not seen"]),
    ],
  });
}

/** What uses a disk; `undefined` where neither the inventory nor the state tells. */
function usersOf(fleet: Fleet, disk: Resource): readonly string[] | undefined {
  const told = disk.observed?.usedBy ?? listAt(disk, "users");
  if (told !== undefined && told.length > 0) return told;
  const isDisk = (link: string | undefined): boolean => namesDisk(disk, link);
  const user = [
    ...fleet.ofType("google_compute_instance"),
    ...fleet.ofType("google_compute_attached_disk"),
  ].find(
    ({ attributes }) =>
      isDisk(textAt(attributes, "disk")) ||
      ["boot_disk", "attached_disk"].some((name) =>
        blocksAt(attributes, name).some(({ block }) => isDisk(textAt(block, "source"))),
      ),
  );
  return user === undefined ? told : [user.id];
}

/** Whether a link, whole or in part, is one to a disk. */
function namesDisk({ id, aliases }: Resource, link: string | undefined): boolean {
  return link !== undefined && [id, ...aliases].some((name) => link === name || link.endsWith(`/${name}`));
}

function listAt({ attributes }: Resource, name: string): readonly string[] | undefined {
  const value = attributes[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}

/** Why a disk that nothing is seen to use is left alone all the same. */
function whyOpen(
  { resource, profile }: RuleContext,
  users: readonly string[] | undefined,
): string | undefined {
  const { attributes, tags, type } = resource;
  if (users === undefined) return "neither the state nor the inventory tells whether anything uses it";
  const isOfKubernetes =
    Object.keys(tags).some((key) => key.startsWith("goog-k8s") || key.startsWith("goog-gke")) ||
    textAt(attributes, "name")?.startsWith("pvc-") === true;
  if (isOfKubernetes) return "it belongs to a Kubernetes volume claim, which attaches it by itself";
  if (profile.series.some((series) => series.timestampsMs.length > 0))
    return "I/O was measured on it in the look-back";
  if (type === "google_compute_region_disk") return "the price of a regional disk is not known";
  if (textAt(attributes, "storage_pool") !== undefined)
    return "it lies in a storage pool, which is paid as a whole";
  return undefined;
}

/** When it was last detached; or made, where it was never attached. */
function unusedSince({ observed, attributes }: Resource): number | undefined {
  const texts = [
    observed?.lastUsedAt,
    textAt(attributes, "last_detach_timestamp"),
    // Attached once and detached at an unknown time: then its age says nothing.
    ...(textAt(attributes, "last_attach_timestamp") === undefined
      ? [observed?.createdAt, textAt(attributes, "creation_timestamp")]
      : []),
  ];
  return texts.map(instantOf).find((ms) => ms !== undefined);
}

/** Google writes instants with fractions and an offset: "2026-01-05T02:00:00.000-08:00". */
function instantOf(text: string | undefined): number | undefined {
  const [, local, sign, hours, minutes] =
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(text ?? "") ?? [];
  const ms = local === undefined ? undefined : parseInstant(`${local}Z`);
  if (ms === undefined || sign === undefined) return ms;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? ms + offsetMs : ms - offsetMs;
}

type Priced =
  | { readonly kind: "known"; readonly list: ReturnType<typeof subtract>; readonly from: string }
  | { readonly kind: "unknown"; readonly reason: string };

function priceOf({ attributes, region }: Resource, prices: RuleContext["prices"]): Priced {
  const type = textAt(attributes, "type")?.split("/").at(-1);
  const sizeGib = numberAt(attributes, "size");
  if (region === undefined || type === undefined || sizeGib === undefined)
    return { kind: "unknown", reason: "its region, type or size is not known" };
  const disk = { type, sizeGib, iops: numberAt(attributes, "provisioned_iops"), region };
  const now = monthlyTotal(gcpDiskMonthlyPrice(disk, prices));
  if (now.kind === "unknown") return { kind: "unknown", reason: `its price is not known: ${now.reason}` };
  const snapshot = unitPrice("pd-snapshot-gb-month", region, prices);
  if (snapshot.kind === "unknown")
    return { kind: "unknown", reason: `the price of its snapshot is not known: ${snapshot.reason}` };
  const kept = multiply(snapshot.value.price, decimal(sizeGib));
  return { kind: "known", list: subtract(now.value, kept), from: `${type}, ${sizeGib} GiB` };
}

/** "data-us-central1-a-final": snapshots of all zones share the names of their project, and no name may be longer than 63 characters. */
function snapshotName(disk: string, place: string | undefined, id: string): string {
  const whole = place === undefined ? disk : `${disk}-${place}`;
  const room = NAME_LENGTH_MAX - "-final".length;
  if (whole.length <= room) return `${whole}-final`;
  const mark = `-${shortHash(`${place ?? ""} ${id}`)}`;
  return `${whole.slice(0, room - mark.length)}${mark}-final`;
}

/** Eight hexadecimal digits of FNV-1a of an ASCII text: the same in every run. Source: draft-eastlake-fnv, 32-bit parameters. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/** The disk is written out, so that the snapshot stays when the disk's block goes. */
function stageOne({ resource, window, policy }: RuleContext): readonly IntendedChange[] {
  const { address, attributes } = resource;
  const name = textAt(attributes, "name");
  if (address === undefined || name === undefined) return [];
  const deleteAfter = formatInstant(window.endMs + policy.storage.holdDays * DAY_MS).slice(0, 10);
  const zone = textAt(attributes, "zone")?.split("/").at(-1);
  return [
    {
      kind: "add-resource",
      besideAddress: address,
      type: "google_compute_snapshot",
      name: blockNameFor(address, "final"),
      attributes: {
        name: snapshotName(name, zone ?? resource.region, resource.id),
        source_disk: resource.id,
        ...(zone === undefined ? {} : { zone }),
        labels: { "apex-disk": name, "apex-delete-disk-after": deleteAfter },
      },
    },
  ];
}
