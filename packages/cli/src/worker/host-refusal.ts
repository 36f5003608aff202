import type { DockerEngine } from "@apex/sandbox-docker";
import { jobVersionOf, type ValidationJob } from "../campaign/validation-job.ts";
import { imageId } from "../pipeline/validate.ts";
import { APEX_VERSION } from "../version.ts";

/** An engine that does not answer in this time will not start containers either. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Why this host cannot do a run that another one may: no fault of the run's, and no failed attempt. */
export class HostRefusal extends Error {
  override readonly name = "HostRefusal";
}

/** Judges of two versions may differ. Throws a {@link HostRefusal} for a job of another Apex, also where this one cannot read it. */
export function requireSameVersion(job: string): void {
  const version = jobVersionOf(job);
  if (version === undefined || version === APEX_VERSION) return;
  throw new HostRefusal(
    `The campaign was made by Apex ${version} and this worker is ${APEX_VERSION}: their judges may differ; start a worker of that version.`,
  );
}

/** Throws a {@link HostRefusal} when the engine has gone since the worker began. */
export async function requireAnswer(
  { docker, address }: Pick<DockerEngine, "docker" | "address">,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([docker.ping(), late]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HostRefusal(
      `The engine at ${address} does not answer this worker (${reason}): start it, or leave its runs to other workers.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The user's own image must be what its name stood for when the campaign was made. Throws a {@link HostRefusal}. */
export async function requireSameImage(
  engine: Pick<DockerEngine, "docker">,
  { own }: Pick<ValidationJob, "own">,
): Promise<void> {
  if (own === undefined) return;
  const id = await imageId(engine, own.image);
  if (id !== null && (own.imageId === null || id === own.imageId)) return;
  throw new HostRefusal(
    id === null
      ? `${own.image} is not on this worker: bring it here, or leave its runs to other workers.`
      : `${own.image} is another image on this worker than the one that the campaign was created with (${own.imageId}): bring that one here, or create the campaign again.`,
  );
}
