import type { CampaignDraft, CampaignMember, CounterReading, RunClaim, WorkerIdentity } from "@apex/core";
import { decimal } from "@apex/core";
import { type Kysely, sql } from "kysely";
import { publishRateCards } from "../ledger/rate-cards.ts";
import { TEST_CARD } from "../ledger/testing.ts";
import { SCHEMA, type Tables } from "../records/tables.ts";
import { serverOfFile, type TestServer } from "../records/testing.ts";
import { type CampaignStore, campaignStore, type CampaignStoreOptions } from "./campaign-store.ts";

/** Nobody waits for it in a test: leases are made to end by {@link expireLease}. */
const LEASE_MS = 600_000;

const GIB = 1024 ** 3;

/** Two cores and a GiB for an hour: by the test card 2 × $0.06 + 1 × $0.006, a cap of $0.126. */
export function aMember(runId: string, changes: Partial<CampaignMember> = {}): CampaignMember {
  return {
    runId,
    target: `aws_instance.${runId}`,
    change: "m5.xlarge → m5.large",
    monthlySavings: { list: decimal("70.08"), net: null },
    kind: "test",
    job: JSON.stringify({ do: runId }),
    reservation: { cores: 2, memoryBytes: GIB, gpus: 0, gpuModel: null, maxSeconds: 3_600 },
    ...changes,
  };
}

/** The most that {@link aMember} costs. */
export const MEMBER_CAP = "0.126";

export function aDraft(runIds: readonly string[], changes: Partial<CampaignDraft> = {}): CampaignDraft {
  return {
    tenant: "default",
    name: "a night",
    priority: 5,
    budget: null,
    deadline: null,
    members: runIds.map((runId) => aMember(runId)),
    diagnostics: [],
    ...changes,
  };
}

export function aWorker(name = "a"): WorkerIdentity {
  return { id: `host-${name}/1/1`, host: `host-${name}` };
}

/** So many core-seconds, and a GiB for as long. */
export function aReading(seconds: number, changes: Partial<CounterReading> = {}): CounterReading {
  return {
    at: Date.UTC(2026, 10, 21) + seconds * 1_000,
    monotonicMs: 1_000 + seconds * 1_000,
    bootId: "boot-1",
    cpuNs: BigInt(Math.round(seconds * 1e9)),
    memoryReservedByteMs: BigInt(GIB) * BigInt(Math.round(seconds * 1_000)),
    gpuMs: 0n,
    networkBytes: 0n,
    blockBytes: 0n,
    ...changes,
  };
}

/** A server for the tests of a file, and campaigns in a new database on it. */
export function campaignsOfFile(): {
  readonly server: TestServer;
  readonly opened: () => Promise<{ readonly db: Kysely<Tables>; readonly campaigns: CampaignStore }>;
} {
  const server = serverOfFile();
  return {
    server,
    opened: async () => {
      const db = await server.open();
      return { db, campaigns: await testCampaigns(db) };
    },
  };
}

/** The campaigns of a database that has a rate card. */
export async function testCampaigns(
  db: Kysely<Tables>,
  options: CampaignStoreOptions = {},
): Promise<CampaignStore> {
  await publishRateCards(db.withSchema(SCHEMA), [TEST_CARD]);
  return campaignStore(() => Promise.resolve(db), { leaseMs: LEASE_MS, ...options });
}

/** Claims a run that can be claimed. */
export async function claimed(
  campaigns: CampaignStore,
  runId: string,
  worker: WorkerIdentity = aWorker(),
  tenant = "default",
): Promise<RunClaim> {
  const outcome = await campaigns.claim({ tenant, runId }, worker);
  if (outcome.kind !== "claimed") throw new Error(`${runId} was not claimed: ${JSON.stringify(outcome)}`);
  return outcome.claim;
}

/** A running campaign of these runs. */
export async function started(
  campaigns: CampaignStore,
  runIds: readonly string[],
  changes: Partial<CampaignDraft> = {},
): Promise<string> {
  const { tenant, id } = await campaigns.create(aDraft(runIds, changes));
  await campaigns.start(tenant, id);
  return id;
}

/** What the clock does to a worker that says nothing any more. */
export async function expireLease(db: Kysely<Tables>, runId: string, secondsAgo = 1): Promise<void> {
  await sql`
    UPDATE apex.validation_runs SET lease_until = clock_timestamp() - ${secondsAgo} * interval '1 second'
    WHERE id = ${runId} AND state = 'running'`.execute(db);
}

/** The end of a backoff, at once. */
export async function endBackoff(db: Kysely<Tables>, runId: string): Promise<void> {
  await sql`UPDATE apex.validation_runs SET not_before = NULL WHERE id = ${runId}`.execute(db);
}

/** A verdict as an executor reports it. */
export const PASSED = { kind: "verdict", verdict: "pass", isOurFault: false, result: `{"ok":true}` } as const;

/** "val-0", "val-1" and so on. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `val-${index}`);
}

/** A tenant of this tier, with its name. */
export async function withTier(db: Kysely<Tables>, tier: "free" | "early"): Promise<string> {
  await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tier}, ${tier}, ${tier})`.execute(db);
  return tier;
}

/** Sums of the charges' kinds of a run, without trailing zeros. */
export async function chargesOf(db: Kysely<Tables>, runId: string): Promise<Record<string, string>> {
  const { rows } = await sql<{ kind: string; amount: string }>`
    SELECT kind, amount FROM apex.charges WHERE subject = ${runId} ORDER BY kind`.execute(db);
  return Object.fromEntries(rows.map(({ kind, amount }) => [kind, decimal(amount)]));
}
