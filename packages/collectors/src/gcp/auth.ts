import type { GoogleAuth } from "google-auth-library";

/**
 * Cloud SQL and GKE accept no narrower scope for reading; what may really be done is what the role of the caller allows.
 * Source: "OAuth scopes" of `sql.instances.list` and `container.projects.locations.clusters.list`.
 */
const SCOPES = ["https://www.googleapis.com/auth/cloud-platform"];

/**
 * Application default credentials: GOOGLE_APPLICATION_CREDENTIALS (a service account's key, workload identity federation,
 * impersonation), then gcloud's, then the machine's own service account. Nothing is looked up before the first request. With a
 * project the client does not look for one itself: of federated credentials it would ask Resource Manager, which not
 * every role allows, and fail without an answer.
 */
export async function gcpAuth(project?: string): Promise<GoogleAuth> {
  // Loaded when it is used: no other command should pay for it.
  const { GoogleAuth } = await import("google-auth-library");
  hushLookup();
  return new GoogleAuth({ scopes: SCOPES, ...(project === undefined ? {} : { projectId: project }) });
}

/** How google-auth's search for a machine's own credentials calls that it met with an error that it does not know. */
const LOOKUP_WARNING = "MetadataLookupWarning";
let isHushed = false;

/**
 * Where there are no credentials at all the library says so twice: as a warning of the process, in its own words, and by the error
 * that we tell in ours. It has no setting for the first.
 */
function hushLookup(): void {
  if (isHushed) return;
  isHushed = true;
  const emit = process.emitWarning.bind(process) as (...given: readonly unknown[]) => void;
  process.emitWarning = (...given: readonly unknown[]) => {
    if (!given.includes(LOOKUP_WARNING)) emit(...given);
  };
}
