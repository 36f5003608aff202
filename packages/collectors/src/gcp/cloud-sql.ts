import type { Cancellation, Collected, CollectionPart, JsonObject } from "@apex/core";
import { z } from "zod";
import { GCP_CALLS } from "./calls.ts";
import { type FoundResource, globalName } from "./gcp-resource.ts";
import { collectedDiagnostic, collectedResource, type GcpSession, ItemReader } from "./gcp-session.ts";
import { present, utcInstant, wholeNumber } from "./names.ts";
import { unreadable } from "./rest.ts";

/** Instances of a page. Source: Cloud SQL Admin API, `maxResults`: at most 500. */
const PAGE_SIZE = 500;

const DatabaseInstance = z.object({
  name: z.string(),
  region: z.string().optional(),
  gceZone: z.string().optional(),
  connectionName: z.string().optional(),
  databaseVersion: z.string().optional(),
  selfLink: z.string().optional(),
  state: z.string().optional(),
  createTime: z.string().optional(),
  instanceType: z.string().optional(),
  masterInstanceName: z.string().optional(),
  replicaNames: z.array(z.string()).default([]),
  settings: z
    .object({
      tier: z.string().optional(),
      edition: z.string().optional(),
      availabilityType: z.string().optional(),
      activationPolicy: z.string().optional(),
      dataDiskSizeGb: z.string().optional(),
      dataDiskType: z.string().optional(),
      storageAutoResize: z.boolean().optional(),
      pricingPlan: z.string().optional(),
      deletionProtectionEnabled: z.boolean().optional(),
      userLabels: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
});
type DatabaseInstance = z.infer<typeof DatabaseInstance>;

const Page = z.object({
  items: z.array(z.unknown()).default([]),
  warnings: z.array(z.object({ region: z.string().optional(), message: z.string().optional() })).default([]),
});

/** The Cloud SQL instances of a project. */
export function cloudSqlPart(session: GcpSession, project: string): CollectionPart {
  return {
    key: `gcp/${project}/cloud-sql`,
    title: `Cloud SQL instances of ${project}`,
    collect: (signal) => collectDatabases(session, project, signal),
  };
}

async function* collectDatabases(
  session: GcpSession,
  project: string,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const call = GCP_CALLS.databases;
  const reader = new ItemReader(DatabaseInstance, { call, project });
  const path = `/v1/projects/${encodeURIComponent(project)}/instances`;
  for await (const answer of session.rest.pages(
    { call, project, path, query: { maxResults: PAGE_SIZE } },
    signal,
  )) {
    const page = Page.safeParse(answer);
    if (!page.success) throw unreadable({ call, project });
    for (const item of page.data.items) {
      const database = reader.read(item);
      if (database !== undefined) yield* collectedResource(session, decodeDatabase(project, database));
    }
    for (const { region, message } of page.data.warnings) {
      yield collectedDiagnostic({
        severity: "warning",
        code: "gcp-place-unreachable",
        summary: `${region ?? "a region"} did not answer, so Cloud SQL instances of project ${project} that lie there are missing`,
        ...(message === undefined ? {} : { detail: message }),
      });
    }
  }
  for (const diagnostic of reader.diagnostics()) yield collectedDiagnostic(diagnostic);
}

function decodeDatabase(project: string, database: DatabaseInstance): FoundResource {
  const { name, settings } = database;
  return {
    type: "google_sql_database_instance",
    project,
    // Metrics call it "project:name", bills by its global name.
    aliases: [`${project}:${name}`, globalName("cloudsql", `projects/${project}/instances/${name}`)],
    attributes: {
      id: name,
      name,
      connection_name: database.connectionName,
      self_link: database.selfLink,
      region: database.region,
      database_version: database.databaseVersion,
      instance_type: database.instanceType,
      master_instance_name: database.masterInstanceName,
      replica_names: database.replicaNames,
      settings: settings === undefined ? undefined : [settingsBlock(settings)],
    },
    observed: {
      createdAt: utcInstant(database.createTime),
      // A stopped instance stays RUNNABLE: whether it runs is its activation policy.
      state: settings?.activationPolicy === "NEVER" ? "stopped" : database.state?.toLowerCase(),
      details: present({ gceZone: database.gceZone }),
    },
  };
}

function settingsBlock(settings: NonNullable<DatabaseInstance["settings"]>): JsonObject {
  return present({
    tier: settings.tier,
    edition: settings.edition,
    availability_type: settings.availabilityType,
    activation_policy: settings.activationPolicy,
    disk_size: wholeNumber(settings.dataDiskSizeGb),
    disk_type: settings.dataDiskType,
    disk_autoresize: settings.storageAutoResize,
    pricing_plan: settings.pricingPlan,
    deletion_protection_enabled: settings.deletionProtectionEnabled,
    user_labels: settings.userLabels,
  });
}
