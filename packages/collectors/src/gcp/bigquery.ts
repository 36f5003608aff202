import { randomUUID } from "node:crypto";
import { AdapterError, type Cancellation } from "@apex/core";
import { z } from "zod";
import { GCP_CALLS } from "./calls.ts";
import { wholeNumber } from "./names.ts";
import { type GcpRest, unreadable } from "./rest.ts";
import { throwIfStopped } from "../live/cancellation.ts";

/** A query in GoogleSQL, run in a project that pays for it. */
export interface BigQueryJob {
  readonly project: string;
  readonly location: string | undefined;
  readonly sql: string;
  /** Text parameters by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What may be read and billed at most; whole. */
  readonly bytesMax: number;
}

/** A row by column name; every value is text, as BigQuery sends them. */
export type BigQueryRow = Readonly<Record<string, string | null>>;

/** What a query would read, told before it costs anything. */
export interface QueryEstimate {
  readonly bytes: number;
}

/** Rows of a page: below the 10 MB that an answer may have. Source: BigQuery API, "Paging through table data". */
const PAGE_SIZE = 10_000;

/** How long one answer waits for the job. Source: BigQuery API, `timeoutMs`. */
const JOB_WAIT_MS = 60_000;

/** Answers without a result after which a query is given up: six hours, the longest that BigQuery lets one run. */
const WAITS_MAX = 360;

const Answer = z.object({
  jobComplete: z.boolean().default(false),
  jobReference: z.object({ jobId: z.string().optional(), location: z.string().optional() }).optional(),
  schema: z.object({ fields: z.array(z.object({ name: z.string() })).default([]) }).optional(),
  rows: z
    .array(z.object({ f: z.array(z.object({ v: z.union([z.string(), z.null()]).default(null) })) }))
    .default([]),
  pageToken: z.string().optional(),
  totalBytesProcessed: z.string().optional(),
});
type Answer = z.infer<typeof Answer>;

/** Asks what a query would read; free of charge. Throws an AdapterError. Source: BigQuery API, `dryRun`. */
export async function estimateQuery(
  rest: GcpRest,
  job: BigQueryJob,
  signal: Cancellation,
): Promise<QueryEstimate> {
  const answer = await start(rest, job, { dryRun: true }, signal);
  const bytes = wholeNumber(answer.totalBytesProcessed);
  if (bytes === undefined) throw unreadable({ call: GCP_CALLS.query, project: job.project });
  return { bytes };
}

/** Runs a query and yields its rows page by page. Throws an AdapterError. */
export async function* runQuery(
  rest: GcpRest,
  job: BigQueryJob,
  signal: Cancellation,
): AsyncGenerator<readonly BigQueryRow[]> {
  let answer = await start(rest, job, { maximumBytesBilled: String(job.bytesMax) }, signal);
  let columns = columnsOf(answer);
  const jobId = answer.jobReference?.jobId;
  const location = answer.jobReference?.location ?? job.location;
  for (let waits = 0; ; ) {
    throwIfStopped(signal);
    if (answer.jobComplete) {
      columns = columns.length > 0 ? columns : columnsOf(answer);
      if (answer.rows.length > 0) yield answer.rows.map(({ f }) => rowOf(columns, f));
      if (answer.pageToken === undefined || answer.pageToken === "") return;
    } else if ((waits += 1) > WAITS_MAX) {
      throw new AdapterError("unavailable", `the billing query in project ${job.project} does not end`);
    }
    if (jobId === undefined) throw unreadable({ call: GCP_CALLS.query, project: job.project });
    answer = await next(rest, { job, jobId, location, pageToken: answer.pageToken }, signal);
  }
}

async function start(rest: GcpRest, job: BigQueryJob, more: object, signal: Cancellation): Promise<Answer> {
  const { project, location, sql, parameters } = job;
  const call = GCP_CALLS.query;
  const body = {
    query: sql,
    useLegacySql: false,
    parameterMode: "NAMED",
    queryParameters: Object.entries(parameters).map(([name, value]) => ({
      name,
      parameterType: { type: "STRING" },
      parameterValue: { value },
    })),
    timeoutMs: JOB_WAIT_MS,
    maxResults: PAGE_SIZE,
    // What is sent again because its answer was lost runs, and costs, once. Source: BigQuery API, `requestId`.
    requestId: randomUUID(),
    ...(location === undefined ? {} : { location }),
    ...more,
  };
  const path = `/bigquery/v2/projects/${encodeURIComponent(project)}/queries`;
  return parsed(await rest.json({ call, project, path, body }, signal), { call, project });
}

interface NextPage {
  readonly job: BigQueryJob;
  readonly jobId: string;
  readonly location: string | undefined;
  readonly pageToken: string | undefined;
}

async function next(
  rest: GcpRest,
  { job, jobId, location, pageToken }: NextPage,
  signal: Cancellation,
): Promise<Answer> {
  const { project } = job;
  const call = GCP_CALLS.queryResults;
  const query = {
    timeoutMs: JOB_WAIT_MS,
    maxResults: PAGE_SIZE,
    ...(location === undefined ? {} : { location }),
    ...(pageToken === undefined ? {} : { pageToken }),
  };
  const path = `/bigquery/v2/projects/${encodeURIComponent(project)}/queries/${encodeURIComponent(jobId)}`;
  return parsed(await rest.json({ call, project, path, query }, signal), { call, project });
}

function parsed(answer: unknown, asked: Parameters<typeof unreadable>[0]): Answer {
  const { success, data } = Answer.safeParse(answer);
  if (!success) throw unreadable(asked);
  return data;
}

function columnsOf({ schema }: Answer): readonly string[] {
  return (schema?.fields ?? []).map(({ name }) => name);
}

function rowOf(columns: readonly string[], cells: readonly { readonly v: string | null }[]): BigQueryRow {
  return Object.fromEntries(columns.map((name, index) => [name, cells[index]?.v ?? null]));
}
