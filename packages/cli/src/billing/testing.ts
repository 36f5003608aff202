import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { PUBLISHED_RATE_CARDS } from "@apex/billing";
import { type AttemptEnding, type CampaignMember, type CounterReading, decimal } from "@apex/core";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import { afterAll, beforeAll } from "vitest";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";
import { monthAt, periodOf } from "./billing-period.ts";

/** What a command line gave. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A store with real books, and the command line on it. */
export interface BilledStore extends AsyncDisposable {
  readonly directory: string;
  readonly stores: OpenRecordStores;
  run(argv: readonly string[], changes?: Partial<Io>): Promise<CommandResult>;
  /** Does runs in a campaign of a tenant's, through a worker's calls, and ends them so. */
  endRuns(tenant: string, runs: Readonly<Record<string, RunEnding>>): Promise<void>;
}

/** How a run ended: by a verdict after so many core-seconds, or otherwise. */
export interface RunEnding {
  readonly seconds: number;
  /** Terraform address of what it tried. */
  readonly target?: string;
  readonly ending?: AttemptEnding;
}

const GIB = 1024 ** 3;
const WORKER = { id: "host/1/1", host: "host" };
const PASSED: AttemptEnding = { kind: "verdict", verdict: "pass", isOurFault: false, result: "{}" };

/** What the tests of a file take at most, also on a busy machine. */
const TESTS_MS = 180_000;

/** The month that the database's clock makes charges in until the tests of a file are done: its last minutes are waited out. */
export async function monthOfTests(): Promise<string> {
  const nextMs = periodOf(monthAt(new Date())).endMs;
  if (nextMs - Date.now() < TESTS_MS) await setTimeout(nextMs - Date.now() + 1_000);
  return monthAt(new Date());
}

function aMember([runId, { target }]: readonly [string, RunEnding]): CampaignMember {
  return {
    runId,
    target: target ?? `aws_instance.${runId}`,
    change: "m5.xlarge → m5.large",
    monthlySavings: { list: decimal("70.08"), net: null },
    kind: "test",
    job: "{}",
    reservation: { cores: 2, memoryBytes: GIB, gpus: 0, gpuModel: null, maxSeconds: 3_600 },
  };
}

function aReading(seconds: number): CounterReading {
  return {
    at: 1_000 * seconds,
    monotonicMs: 1_000 * seconds,
    bootId: "boot",
    cpuNs: BigInt(seconds) * 1_000_000_000n,
    memoryReservedByteMs: BigInt(GIB) * BigInt(seconds) * 1_000n,
    gpuMs: 0n,
    networkBytes: 0n,
    blockBytes: 0n,
  };
}

async function endRun(
  stores: OpenRecordStores,
  tenant: string,
  runId: string,
  how: RunEnding,
): Promise<void> {
  const outcome = await stores.campaigns.claim({ tenant, runId }, WORKER);
  if (outcome.kind !== "claimed") throw new Error(`${runId} was not claimed: ${outcome.kind}`);
  await stores.campaigns.end(outcome.claim, how.ending ?? PASSED, aReading(how.seconds));
}

/** Makes a store in a new directory, whose embedded PostgreSQL runs until it is disposed of. */
async function billedStore(): Promise<BilledStore> {
  const directory = await mkdtemp(path.join(tmpdir(), "apex-billing-"));
  const stores = openRecordStores({ directory: path.join(directory, "home") });
  await stores.billing.publishRateCards(PUBLISHED_RATE_CARDS);
  return {
    directory,
    stores,
    run: async (argv, changes = {}) => {
      const { env, ...others } = changes;
      const io = recordedIo({
        cwd: directory,
        env: { APEX_HOME: "home", ...env },
        now: () => new Date(),
        ...others,
      });
      return { exitCode: await runCli(argv, io), stdout: io.stdout(), stderr: io.stderr() };
    },
    endRuns: async (tenant, runs) => {
      const { id } = await stores.campaigns.create({
        tenant,
        name: "a night",
        priority: 5,
        budget: null,
        deadline: null,
        members: Object.entries(runs).map(aMember),
        diagnostics: [],
      });
      await stores.campaigns.start(tenant, id);
      for (const [runId, how] of Object.entries(runs)) await endRun(stores, tenant, runId, how);
    },
    [Symbol.asyncDispose]: async () => {
      await stores.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A store for the tests of a file, and new tenants in it. */
export interface BooksOfFile {
  readonly books: () => BilledStore;
  /** A tenant of one test alone, with runs; returns its id. */
  readonly aTenant: (id: string, runs?: Readonly<Record<string, RunEnding>>) => Promise<string>;
}

export function booksOfFile(): BooksOfFile {
  let books: BilledStore;
  beforeAll(async () => {
    books = await billedStore();
  });
  afterAll(() => books[Symbol.asyncDispose]());
  return {
    books: () => books,
    aTenant: async (id, runs = {}) => {
      await books.stores.tenants.create({ id, name: `${id} & Söhne`, tier: "enterprise" });
      if (Object.keys(runs).length > 0) await books.endRuns(id, runs);
      return id;
    },
  };
}
