import assert from "node:assert/strict";
import {
  AdapterError,
  addDecimals,
  compareDecimals,
  decimal,
  type RunClaim,
  type RunState,
} from "@apex/core";
import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import { test } from "vitest";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import type { CampaignStore } from "./campaign-store.ts";
import { aReading, aWorker, endBackoff, expireLease, PASSED, started, testCampaigns } from "./testing.ts";

const server = serverOfFile();

const CAMPAIGNS = 3;
const RUNS = 4;

const endings = [
  PASSED,
  { ...PASSED, verdict: "inconclusive", isOurFault: true },
  { kind: "failed", message: "away", mayConverge: true },
  { kind: "failed", message: "broken", mayConverge: false },
  { kind: "stopped", reason: "cancelled" },
  { kind: "released" },
] as const;

const campaign = fc.nat({ max: CAMPAIGNS - 1 });
const run = fc.nat({ max: RUNS - 1 });

/** What can happen to campaigns that share runs, their workers and their machines. */
const happening = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("create" as const),
      runs: fc.uniqueArray(run, { minLength: 1 }),
      budget: fc.constantFrom(null, "0.13", "0.3"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("pause" as const, "resume" as const, "cancel" as const, "late" as const),
      campaign,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("claim" as const), run }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("beat" as const), run, seconds: fc.nat({ max: 8_000 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("end" as const),
      run,
      ending: fc.constantFrom(...endings),
      seconds: fc.nat({ max: 8_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("lose" as const, "wait" as const), run }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep" as const) }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const runIdOf = (run: number): string => `val-${run}`;

/** A tenant's campaigns, what its workers hold, and the database that must never be wrong about them. */
class World {
  readonly campaigns: string[] = [];
  /** By run, every claim that was ever given: workers that lost theirs still write. */
  readonly claims = new Map<number, RunClaim[]>();

  /** Several things happen at a time. */
  isCrowded = false;
  readonly tenant: string;
  readonly store: CampaignStore;
  readonly db: Kysely<Tables>;

  constructor(tenant: string, store: CampaignStore, db: Kysely<Tables>) {
    this.tenant = tenant;
    this.store = store;
    this.db = db;
  }

  async happen(what: Happening): Promise<void> {
    switch (what.kind) {
      case "create":
        if (this.campaigns.length < CAMPAIGNS) {
          const budget = what.budget === null ? null : decimal(what.budget);
          const changes = { tenant: this.tenant, budget, deadline: "2999-01-01T00:00:00Z" };
          this.campaigns.push(await started(this.store, what.runs.map(runIdOf), changes));
        }
        return;
      case "late":
        await sql`UPDATE apex.campaigns SET deadline = clock_timestamp() WHERE id = ${this.campaigns[what.campaign] ?? ""}`.execute(
          this.db,
        );
        return;
      case "pause":
      case "resume":
      case "cancel":
        // Not every state allows it, and there may be no such campaign yet.
        await this.store[what.kind](this.tenant, this.campaigns[what.campaign] ?? "none").catch(
          (error: unknown) => {
            if (!(error instanceof AdapterError && ["invalid", "not-found"].includes(error.kind)))
              throw error;
          },
        );
        return;
      case "sweep":
        await this.store.sweepCampaigns();
        return;
      default:
        await this.work(what);
    }
  }

  async work(what: Extract<Happening, { run: number }>): Promise<void> {
    const claims = this.claims.get(what.run) ?? [];
    switch (what.kind) {
      case "claim":
        await this.claim(what.run);
        return;
      case "lose":
        await expireLease(this.db, runIdOf(what.run));
        return;
      case "wait":
        await endBackoff(this.db, runIdOf(what.run));
        return;
      case "beat":
        for (const claim of claims) await this.store.heartbeat(claim, { reading: aReading(what.seconds) });
        return;
      case "end":
        for (const claim of claims) {
          const first = await this.store.end(claim, what.ending, aReading(what.seconds));
          // Others may have done something to the run by then.
          if (this.isCrowded) continue;
          const second = await this.store.end(claim, what.ending, aReading(what.seconds));
          // Of a backoff, what is left of it.
          assert.deepEqual({ ...second, inMs: 0 }, { ...first, inMs: 0 }, "the same end, told twice");
        }
    }
  }

  async claim(run: number): Promise<boolean> {
    const outcome = await this.store.claim({ tenant: this.tenant, runId: runIdOf(run) }, aWorker());
    if (outcome.kind === "claimed") this.claims.set(run, [...(this.claims.get(run) ?? []), outcome.claim]);
    return outcome.kind === "claimed";
  }

  /** What holds after whatever happened. */
  async check(): Promise<void> {
    for (const id of this.campaigns) {
      const found = await this.store.campaign(this.tenant, id);
      assert(found !== undefined);
      const most = addDecimals(found.charged, found.reserved);
      assert(compareDecimals(most, found.budget ?? found.quote) <= 0, `${most} is more than the budget`);
      const runs = await this.store.runs(this.tenant, id);
      for (const { charged, cap, state } of runs) {
        assert(compareDecimals(charged ?? decimal(0), cap) <= 0, `${charged} is more than the cap ${cap}`);
        assert(found.state !== "done" || isFinal(state), `a campaign is done and a run ${state}`);
      }
      const charged = addDecimals(...runs.map((member) => member.charged ?? decimal(0)));
      assert.equal(charged, found.charged, "the runs' charges and the campaign's");
    }
    assert.deepEqual(await this.problems(), []);
  }

  async problems(): Promise<unknown[]> {
    const { rows } = await sql`
      SELECT 'an attempt is open and its run is not running' AS problem, r.id, r.state FROM apex.run_attempts a
        JOIN apex.validation_runs r ON r.tenant = a.tenant AND r.id = a.run_id
        WHERE a.tenant = ${this.tenant} AND a.ended_at IS NULL AND (r.state <> 'running' OR r.attempt <> a.attempt)
      UNION ALL SELECT 'nobody is ever going to do it', r.id, c.state FROM apex.validation_runs r
        JOIN apex.campaigns c ON c.tenant = r.tenant AND c.id = r.campaign_id
        WHERE r.tenant = ${this.tenant} AND c.state IN ('stopped', 'done', 'draft')
          AND (r.state = 'waiting' OR r.state = 'running' AND r.stop_requested IS NULL)
      UNION ALL SELECT 'it ended and does not say when', r.id, r.state FROM apex.validation_runs r
        WHERE r.tenant = ${this.tenant} AND (r.state IN ('done', 'dead', 'cancelled')) <> (r.ended_at IS NOT NULL)
      UNION ALL SELECT 'two attempts were charged for one campaign', a.run_id, a.campaign_id FROM apex.run_attempts a
        WHERE a.tenant = ${this.tenant} AND EXISTS (SELECT FROM apex.charges l
          WHERE l.tenant = a.tenant AND l.subject = a.run_id AND l.attempt = a.attempt)
        GROUP BY a.run_id, a.campaign_id HAVING count(*) > 1
      UNION ALL SELECT 'the books do not balance', ${this.tenant}, sum(amount)::text FROM apex.entries
        WHERE tenant = ${this.tenant} HAVING sum(amount) <> 0`.execute(this.db);
    return rows;
  }

  /** Time goes by, workers come: everything comes to its end. */
  async drain(): Promise<void> {
    for (const id of this.campaigns) {
      const found = await this.store.campaign(this.tenant, id);
      if (found?.state === "paused") await this.store.resume(this.tenant, id);
    }
    // In the first, a lost claim comes back; then each campaign may use its budget up and hand what is left to the next.
    for (let round = 0; round < CAMPAIGNS + 2; round += 1) {
      for (let run = 0; run < RUNS; run += 1) {
        await expireLease(this.db, runIdOf(run));
        await endBackoff(this.db, runIdOf(run));
        if (await this.claim(run)) await this.work({ kind: "end", run, ending: PASSED, seconds: 60 });
      }
      await this.store.sweepCampaigns();
    }
    for (const id of this.campaigns) {
      const found = await this.store.campaign(this.tenant, id);
      assert(found?.state === "done" || found?.state === "stopped", `a campaign is ${found?.state} for ever`);
      for (const { state } of await this.store.runs(this.tenant, id)) {
        assert(isFinal(state), `a run is ${state} for ever`);
      }
    }
  }
}

function isFinal(state: RunState): boolean {
  return state === "done" || state === "dead" || state === "cancelled";
}

test("whatever happens to campaigns that share runs, none comes to more than its budget, and all come to an end", async () => {
  const db = await server.open();
  const store = await testCampaigns(db);
  let worlds = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 40 }), async (happenings) => {
      const tenant = `tenant-${worlds++}`;
      await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tenant}, ${tenant}, 'enterprise')`.execute(
        db,
      );
      const world = new World(tenant, store, db);
      for (const what of happenings) {
        await world.happen(what);
        await world.check();
      }
      await world.drain();
      await world.check();
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);

test("it is so too when everything happens at the same time", async () => {
  const db = await server.open();
  const store = await testCampaigns(db);
  let worlds = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(happening, { maxLength: 8 }), { minLength: 8, maxLength: 12 }),
      async (crowds) => {
        const tenant = `tenant-${worlds++}`;
        await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tenant}, ${tenant}, 'enterprise')`.execute(
          db,
        );
        const world = new World(tenant, store, db);
        world.isCrowded = true;
        for (const crowd of crowds) {
          await Promise.all(crowd.map((what) => world.happen(what)));
          await world.check();
        }
        await world.drain();
        await world.check();
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);
