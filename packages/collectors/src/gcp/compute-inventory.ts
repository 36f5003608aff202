import type { Cancellation, Collected, CollectionPart, Diagnostic } from "@apex/core";
import { z } from "zod";
import { GCP_CALLS, type GcpCall } from "./calls.ts";
import {
  Address,
  Autoscaler,
  Disk,
  Instance,
  InstanceGroupManager,
  InstanceTemplate,
  Snapshot,
} from "./compute-schema.ts";
import { decodeAutoscaler, decodeGroupManager, decodeTemplate } from "./decode-groups.ts";
import { decodeInstance } from "./decode-instance.ts";
import { decodeAddress, decodeDisk, decodeSnapshot } from "./decode-storage.ts";
import type { FoundResource } from "./gcp-resource.ts";
import { collectedDiagnostic, collectedResource, type GcpSession, ItemReader } from "./gcp-session.ts";
import { lastSegment } from "./names.ts";
import { unreadable } from "./rest.ts";

/** Items of a page. Source: Compute Engine API, `maxResults`: 0 to 500. */
const PAGE_SIZE = 500;

/** One list of Compute Engine's: everything in all zones and regions of a project. */
interface ComputeList {
  /** The last part of its key. */
  readonly key: string;
  readonly noun: string;
  readonly call: GcpCall;
  readonly path: string;
  /** Where the items lie in each scope of an aggregated list; absent for a list that is global. */
  readonly scoped?: string;
  readonly reader: (project: string) => {
    readonly read: (value: unknown) => FoundResource | undefined;
    readonly diagnostics: () => readonly Diagnostic[];
  };
}

function listOf<Item>(
  list: Omit<ComputeList, "reader">,
  schema: z.ZodType<Item>,
  decode: (project: string, item: Item) => FoundResource,
): ComputeList {
  return {
    ...list,
    reader: (project) => {
      const items = new ItemReader(schema, { call: list.call, project });
      return {
        read: (value) => {
          const item = items.read(value);
          return item === undefined ? undefined : decode(project, item);
        },
        diagnostics: () => items.diagnostics(),
      };
    },
  };
}

const LISTS: readonly ComputeList[] = [
  listOf(
    {
      key: "compute-instances",
      noun: "Compute Engine instances",
      call: GCP_CALLS.instances,
      path: "aggregated/instances",
      scoped: "instances",
    },
    Instance,
    decodeInstance,
  ),
  listOf(
    {
      key: "compute-disks",
      noun: "disks",
      call: GCP_CALLS.disks,
      path: "aggregated/disks",
      scoped: "disks",
    },
    Disk,
    decodeDisk,
  ),
  listOf(
    { key: "compute-snapshots", noun: "snapshots", call: GCP_CALLS.snapshots, path: "global/snapshots" },
    Snapshot,
    decodeSnapshot,
  ),
  listOf(
    {
      key: "compute-addresses",
      noun: "IP addresses",
      call: GCP_CALLS.addresses,
      path: "aggregated/addresses",
      scoped: "addresses",
    },
    Address,
    decodeAddress,
  ),
  listOf(
    {
      key: "compute-groups",
      noun: "managed instance groups",
      call: GCP_CALLS.instanceGroups,
      path: "aggregated/instanceGroupManagers",
      scoped: "instanceGroupManagers",
    },
    InstanceGroupManager,
    decodeGroupManager,
  ),
  listOf(
    {
      key: "compute-templates",
      noun: "instance templates",
      call: GCP_CALLS.instanceTemplates,
      path: "aggregated/instanceTemplates",
      scoped: "instanceTemplates",
    },
    InstanceTemplate,
    decodeTemplate,
  ),
  listOf(
    {
      key: "compute-autoscalers",
      noun: "autoscalers",
      call: GCP_CALLS.autoscalers,
      path: "aggregated/autoscalers",
      scoped: "autoscalers",
    },
    Autoscaler,
    decodeAutoscaler,
  ),
];

/** Compute Engine's lists of a project, each a part of its own. */
export function computeParts(session: GcpSession, project: string): readonly CollectionPart[] {
  return LISTS.map((list) => ({
    key: `gcp/${project}/${list.key}`,
    title: `${list.noun} of ${project}`,
    collect: (signal) => collectList(session, { list, project }, signal),
  }));
}

async function* collectList(
  session: GcpSession,
  { list, project }: { readonly list: ComputeList; readonly project: string },
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const { call, scoped } = list;
  const reader = list.reader(project);
  const request = {
    call,
    project,
    path: `/compute/v1/projects/${encodeURIComponent(project)}/${list.path}`,
    query: { maxResults: PAGE_SIZE, ...(scoped === undefined ? {} : { returnPartialSuccess: true }) },
  };
  for await (const page of session.rest.pages(request, signal)) {
    const items = itemsOf(page, scoped);
    if (items === undefined) throw unreadable({ call, project });
    for (const item of items.values) {
      const found = reader.read(item);
      if (found !== undefined) yield* collectedResource(session, found);
    }
    for (const place of items.unreachable) yield collectedDiagnostic(notReached(list, project, place));
  }
  for (const diagnostic of reader.diagnostics()) yield collectedDiagnostic(diagnostic);
}

/** The zones in which a project has instances. */
export async function zonesInUse(
  session: GcpSession,
  project: string,
  signal: Cancellation,
): Promise<readonly string[]> {
  const call = GCP_CALLS.instances;
  const path = `/compute/v1/projects/${encodeURIComponent(project)}/aggregated/instances`;
  const request = { call, project, path, query: { maxResults: PAGE_SIZE, returnPartialSuccess: true } };
  const zones = new Set<string>();
  for await (const page of session.rest.pages(request, signal)) {
    const { success, data } = AggregatedPage.safeParse(page);
    if (!success) throw unreadable(request);
    for (const [place, { instances }] of Object.entries(data.items))
      if (Array.isArray(instances) && instances.length > 0) zones.add(lastSegment(place));
  }
  return [...zones].toSorted();
}

const GlobalPage = z.object({ items: z.array(z.unknown()).default([]) });
const Scope = z.looseObject({ warning: z.object({ code: z.string().optional() }).optional() });
const AggregatedPage = z.object({
  items: z.record(z.string(), Scope).default({}),
  unreachables: z.array(z.string()).default([]),
});

interface ListedItems {
  readonly values: readonly unknown[];
  /** "zones/europe-west1-b": places that did not answer. */
  readonly unreachable: readonly string[];
}

function itemsOf(page: unknown, scoped: string | undefined): ListedItems | undefined {
  if (scoped === undefined) {
    const parsed = GlobalPage.safeParse(page);
    return parsed.success ? { values: parsed.data.items, unreachable: [] } : undefined;
  }
  const parsed = AggregatedPage.safeParse(page);
  if (!parsed.success) return undefined;
  const scopes = Object.entries(parsed.data.items);
  // Every place without anything says so in a warning of this code.
  const warned = scopes.filter(([, { warning }]) => !isQuiet(warning?.code));
  return {
    values: scopes.flatMap(([, scope]) => {
      const list = scope[scoped];
      return Array.isArray(list) ? (list as readonly unknown[]) : [];
    }),
    unreachable: [...new Set([...warned.map(([place]) => place), ...parsed.data.unreachables])],
  };
}

function isQuiet(code: string | undefined): boolean {
  return code === undefined || code === "NO_RESULTS_ON_PAGE";
}

function notReached({ noun }: ComputeList, project: string, place: string): Diagnostic {
  return {
    severity: "warning",
    code: "gcp-place-unreachable",
    summary: `${lastSegment(place)} did not answer, so ${noun} of project ${project} that lie there are missing`,
    detail: "Collect again when it answers; what lies elsewhere is there.",
  };
}
