import type { Cancellation, CollectionPart, LiveCollector, Resource, TimeWindow } from "@apex/core";
import { AdapterError } from "@apex/core";
import type { GoogleAuth } from "google-auth-library";
import { type BillingScope, billingParts } from "./billing-export.ts";
import { cloudSqlPart } from "./cloud-sql.ts";
import { computeParts } from "./compute-inventory.ts";
import { gcpEndpoints } from "./endpoints.ts";
import { credentialsError } from "./errors.ts";
import type { GcpSession } from "./gcp-session.ts";
import { kubernetesPart } from "./kubernetes-engine.ts";
import { metricPartsOf } from "./monitoring.ts";
import { opinionsPart } from "./recommender.ts";
import { gcpRest } from "./rest.ts";
import { DEFAULT_RETRIES, type RetryPolicy, withRetries } from "./retry.ts";

/** What is collected, and with what. */
export interface GcpCollectorOptions {
  /** Where credentials come from; see {@link gcpAuth}. */
  readonly auth: GoogleAuth;
  /** Projects by id; the credentials' own when none is given. */
  readonly projects: readonly string[];
  /** Regions to keep; all when absent. */
  readonly regions: readonly string[] | undefined;
  /** One root in place of all services' own. */
  readonly endpointUrl: string | undefined;
  /** The billing export to read; none when absent. */
  readonly billing?: BillingScope | undefined;
  readonly retries?: RetryPolicy;
  readonly nowMs: () => number;
}

/** Source: Resource Manager API, `projectId`; projects of a domain carry it before a colon. */
const PROJECT_ID = /^(?:[a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/**
 * Asks Google Cloud: Compute Engine, Cloud SQL, GKE and Cloud Monitoring of some projects. Reads alone; the calls that it
 * makes are those of GCP_CALLS.
 */
export function gcpCollector(options: GcpCollectorOptions): LiveCollector {
  const { auth, regions } = options;
  const retries = options.retries ?? DEFAULT_RETRIES;
  const session: GcpSession = {
    rest: gcpRest({ auth, endpoints: gcpEndpoints(options.endpointUrl), retries }),
    regions: regions === undefined ? undefined : new Set(regions),
    nowMs: options.nowMs,
  };
  const projectsToAsk = async (signal: Cancellation): Promise<readonly string[]> => {
    await requireToken(auth, retries, signal);
    const projects = options.projects.length > 0 ? options.projects : [await ownProject(auth)];
    for (const project of projects) requireProjectId(project);
    return [...new Set(projects)];
  };
  return {
    parts: async (signal) => {
      const projects = await projectsToAsk(signal);
      const inventory = projects.flatMap((project): readonly CollectionPart[] => [
        ...computeParts(session, project),
        cloudSqlPart(session, project),
        kubernetesPart(session, project),
        opinionsPart(session, project),
      ]);
      const { billing } = options;
      return billing === undefined ? inventory : [...inventory, ...billingParts(session, billing)];
    },
    metricParts: (resources, window) => Promise.resolve(allMetricParts(session, resources, window)),
  };
}

function allMetricParts(
  session: GcpSession,
  resources: readonly Resource[],
  window: TimeWindow,
): readonly CollectionPart[] {
  const google = resources.filter(({ provider }) => provider === "gcp");
  const byProject = Map.groupBy(google, ({ account }) => account);
  return [...byProject].flatMap(([project, own]) =>
    project === undefined ? [] : metricPartsOf(session, { project, resources: own }, window),
  );
}

/** A token is had before anything is asked: without one, every part would say the same. */
async function requireToken(auth: GoogleAuth, retries: RetryPolicy, signal: Cancellation): Promise<void> {
  try {
    await withRetries(() => auth.getAccessToken(), retries, signal);
  } catch (error) {
    throw credentialsError(error);
  }
}

async function ownProject(auth: GoogleAuth): Promise<string> {
  try {
    return await auth.getProjectId();
  } catch (error) {
    throw new AdapterError(
      "invalid",
      "the credentials belong to no project: name one with --project, or run: gcloud config set project PROJECT",
      { cause: error },
    );
  }
}

function requireProjectId(project: string): void {
  if (PROJECT_ID.test(project)) return;
  const shown = project.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 60);
  throw new AdapterError(
    "invalid",
    `${JSON.stringify(shown)} is no project id: it has 6 to 30 small letters, digits and hyphens, as in gcloud projects list`,
  );
}
