import { createHash } from "node:crypto";
import { AdapterError, canonicalJson, parseJson, type Reservation } from "@apex/core";
import { z } from "zod";

/** The kind of executor that does these jobs. */
export const VALIDATION = "validation";

/** What an executor of validations is handed: everything that decides the result, files by their content. */
const JOB_SCHEMA = "apex.validation-job/v1";
/** All files of a configuration as one, kept by its content: a thousand runs share it, and each names all that it needs. */
const CONFIGURATION_SCHEMA = "apex.configuration/v1";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.number().positive();

/** A place in the run's directory: never above it, whoever wrote the job. */
const place = z
  .string()
  .min(1)
  .refine(
    (path) =>
      !path.startsWith("/") &&
      !path.includes("\0") &&
      path.split("/").every((step) => step !== "" && step !== "." && step !== ".."),
    { error: "a path that leads out of the run's directory" },
  );

const file = z.object({ path: place, sha256 });

const objectives = z.object({
  latencyMs: z.partialRecord(z.enum(["p50", "p90", "p95", "p99"]), z.number()).exactOptional(),
  errorShare: z.number().exactOptional(),
  cpuShare: z.number().exactOptional(),
  tolerance: z.number().exactOptional(),
});

const jobSchema = z.object({
  schema: z.literal(JOB_SCHEMA),
  /** Whose twin and judge it is. */
  apexVersion: z.string(),
  target: z.string().min(1),
  configuration: z.object({
    /** Of all its files as one. */
    files: sha256,
    /** The root module among them; "" where it is the top. */
    directory: z.union([place, z.literal("")]),
    varFiles: z.array(place),
  }),
  /** The edited texts, by their file's place among the configuration's. */
  change: z.array(file).min(1),
  state: sha256,
  fixtures: sha256.exactOptional(),
  metrics: z.array(file).min(1),
  workload: z.object({
    files: z.array(file).min(1),
    busiest: amount,
    window: z.string().exactOptional(),
    arrivalFactor: amount.exactOptional(),
  }),
  objectives: objectives.exactOptional(),
  own: z
    .object({
      image: z.string().min(1),
      /** What the name stood for when the campaign was created; `null` where no engine knew it. */
      imageId: z.string().nullable(),
      port: z.int().min(1).max(65_535),
      readyPath: z.string().exactOptional(),
      env: z.record(z.string(), z.string()),
    })
    .exactOptional(),
  minutes: amount,
  scale: amount.max(1).exactOptional(),
  /** Makes a run of the same inputs another one. */
  nonce: z.string().exactOptional(),
});

const configurationSchema = z.object({
  schema: z.literal(CONFIGURATION_SCHEMA),
  files: z.array(z.object({ path: place, content: z.base64() })),
});

/** One validation as it travels. */
export type ValidationJob = z.output<typeof jobSchema>;

/** A file by its place and its content. */
export type KeptFile = z.output<typeof file>;

/** A job of this version, as text. */
export function renderJob(job: Omit<ValidationJob, "schema">): string {
  return canonicalJson({ ...job, schema: JOB_SCHEMA });
}

const versionSchema = z.object({ apexVersion: z.string() });

/** Which Apex made a job, also where the rest of it is of another version; `undefined` for a text that is no job. */
export function jobVersionOf(text: string): string | undefined {
  return versionSchema.safeParse(parseJson(text)).data?.apexVersion;
}

/** Throws an AdapterError (`invalid`) for a job of another version, or none. */
export function parseJob(text: string): ValidationJob {
  return parsed(jobSchema, text, "this run's job");
}

/** A file of a configuration. */
export interface ConfigurationFile {
  readonly path: string;
  readonly content: Buffer;
}

/** A configuration's files as one text, in one order: the same files are the same text. */
export function renderConfiguration(files: readonly ConfigurationFile[]): string {
  return canonicalJson({
    schema: CONFIGURATION_SCHEMA,
    files: files
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, content }) => ({ path, content: content.toString("base64") })),
  });
}

/** Throws an AdapterError (`invalid`) for another text than {@link renderConfiguration}'s. */
export function parseConfiguration(text: string): readonly ConfigurationFile[] {
  const { files } = parsed(configurationSchema, text, "this run's configuration");
  return files.map(({ path, content }) => ({ path, content: Buffer.from(content, "base64") }));
}

function parsed<Value>(schema: z.ZodType<Value>, text: string, what: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AdapterError("invalid", `${what} is not JSON`, { cause });
  }
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const [issue] = outcome.error.issues;
  throw new AdapterError(
    "invalid",
    `${what} was made by an Apex that this one does not understand (${issue?.path.join(".")}: ${issue?.message}); use the same version for both`,
    { cause: outcome.error },
  );
}

/** Enough that no two runs of a tenant share one. */
const ID_LENGTH = 16;

/**
 * The id of a run, from everything that decides its result: what files are called on the machine that they come from does not, nor
 * in which order metrics and logs were named.
 */
export function runIdOf(job: Omit<ValidationJob, "schema">, reservation: Reservation): string {
  const contents = (files: readonly KeptFile[]) => files.map((each) => each.sha256).toSorted();
  const { workload, metrics } = job;
  const decisive = {
    ...job,
    change: job.change.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    metrics: contents(metrics),
    workload: { ...workload, files: contents(workload.files) },
    reservation,
  };
  return `val-${createHash("sha256").update(canonicalJson(decisive)).digest("hex").slice(0, ID_LENGTH)}`;
}
