import type { Collected, CostRow, Diagnostic, MetricSeries, Resource, SecondOpinion } from "@apex/core";
import type { AwsSession } from "../aws/aws-service.ts";
import { AwsRegion, type SentCall } from "../aws/session.ts";

/** moto's account. */
export const TEST_ACCOUNT = "123456789012";

/** How a client of a test's own, which seeds an account, reaches the server. */
export function testClient(url: string, region = "eu-west-1") {
  return {
    endpoint: url,
    region,
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
  };
}

/** An account's region at a server of a test's, with a note of every operation that is sent there. */
export function testRegion(
  url: string,
  { region = "eu-west-1", nowMs = Date.now() }: { readonly region?: string; readonly nowMs?: number } = {},
) {
  const sent: SentCall[] = [];
  const opened = new AwsRegion({
    accountId: TEST_ACCOUNT,
    partition: "aws",
    region,
    credentials: () => Promise.resolve({ accessKeyId: "AKIATEST", secretAccessKey: "secret" }),
    endpointUrl: url,
    nowMs,
    onCall: (call) => sent.push(call),
  });
  return { opened, sent };
}

/** What a service yielded, sorted by kind, and the operations that it sent. */
export interface CollectedLive {
  readonly resources: readonly Resource[];
  readonly series: readonly MetricSeries[];
  readonly opinions: readonly SecondOpinion[];
  readonly rows: readonly CostRow[];
  readonly diagnostics: readonly Diagnostic[];
  /** "ec2 DescribeInstances", without repeats, sorted. */
  readonly sent: readonly string[];
}

/** Runs what a service or a batch collects through a real session. */
export async function collectLive(
  service: {
    readonly calls: readonly {
      readonly service: string;
      readonly operation: string;
      readonly permissions: readonly string[];
    }[];
    collect(session: AwsSession): AsyncIterable<Collected>;
  },
  url: string,
  options: { readonly region?: string; readonly nowMs?: number } = {},
): Promise<CollectedLive> {
  const { opened, sent } = testRegion(url, options);
  const items: Collected[] = [];
  const stop = new AbortController();
  const tableRows: CostRow[] = [];
  for await (const item of opened.during(stop.signal, service.calls, (session) => service.collect(session))) {
    items.push(item);
    // Its file is gone with the next item.
    if (item.kind === "cost-table") for await (const rows of item.table.rows()) tableRows.push(...rows);
  }
  return {
    resources: items.flatMap((item) => (item.kind === "resource" ? [item.resource] : [])),
    series: items.flatMap((item) => (item.kind === "samples" ? [item.series] : [])),
    opinions: items.flatMap((item) => (item.kind === "opinion" ? [item.opinion] : [])),
    rows: [...tableRows, ...items.flatMap((item) => (item.kind === "cost" ? item.rows : []))],
    diagnostics: items.flatMap((item) => (item.kind === "diagnostic" ? [item.diagnostic] : [])),
    sent: [...new Set(sent.map(({ service: name, operation }) => `${name} ${operation}`))].toSorted(),
  };
}
