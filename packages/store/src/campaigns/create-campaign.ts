import { randomBytes } from "node:crypto";
import { type RateCard, rateCardAt } from "@apex/billing";
import { AdapterError, type CampaignDraft, type CampaignMember, type Decimal, sumDecimals } from "@apex/core";
import { sql, type Transaction } from "kysely";
import { isStorable } from "../ledger/charge-rows.ts";
import { readRateCards } from "../ledger/rate-cards.ts";
import { inBatches } from "../records/in-batches.ts";
import { storable } from "../records/record-rows.ts";
import type { Tables } from "../records/tables.ts";
import { requireMonth } from "../tenants/tenant-usage.ts";
import { IS_KNOWN } from "./adopt-runs.ts";
import { capOf, reservationOf, reservedColumns } from "./campaign-rows.ts";
import { lockTenant } from "./lock-tenant.ts";
import { requireReservation } from "./require-reservation.ts";

/** More than a fleet that one campaign is meant for. */
const MEMBERS_MAX = 10_000;
/** Run ids become names of containers and control groups, with the attempt behind them. */
const RUN_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const ID_BYTES = 6;
const PRIORITY_MAX = 10;

/** Keeps a draft with its runs and quote, and returns its id. */
export async function createCampaign(trx: Transaction<Tables>, draft: CampaignDraft): Promise<string> {
  requireSound(draft);
  const { tenant, members } = draft;
  const tier = await lockTenant(trx, tenant);
  const card = await cardOfNow(trx, draft.deadline);
  const id = `cmp-${randomBytes(ID_BYTES).toString("hex")}`;
  // The campaign is first, since its runs refer to it; its quote is known once they are read back.
  await insertCampaign(trx, draft, { id, card });
  for (const batch of inBatches(members)) await keepRuns(trx, draft, { id, card, members: batch });
  const quoted = await quotedMembers(trx, draft, card);
  const open = quoted.filter(({ isReused }) => !isReused);
  await requireMonth(trx, { tenant, tier, runIds: open.map(({ member }) => member.runId) });
  const quote = sumDecimals(open.map(({ cap }) => cap));
  await trx
    .updateTable("campaigns")
    .set({ quote })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
  const rows = quoted.map(({ member, cap, isReused }, position) => ({
    tenant,
    campaign_id: id,
    run_id: member.runId,
    position,
    target: storable(member.target),
    change: storable(member.change),
    savings_list: member.monthlySavings.list,
    savings_net: member.monthlySavings.net,
    is_reused: isReused,
    cap,
  }));
  for (const batch of inBatches(rows)) await trx.insertInto("campaign_runs").values(batch).execute();
  return id;
}

function requireSound({ members, priority, budget, deadline }: CampaignDraft): void {
  const problem = (text: string): AdapterError => new AdapterError("invalid", text);
  if (members.length === 0) throw problem("a campaign without runs: there is nothing to validate");
  if (members.length > MEMBERS_MAX) {
    throw problem(
      `a campaign of ${members.length} runs: at most ${MEMBERS_MAX} fit, so make several of them`,
    );
  }
  if (!(Number.isInteger(priority) && priority >= 1 && priority <= PRIORITY_MAX)) {
    throw problem(`a campaign of priority ${priority}: give 1 (first) to ${PRIORITY_MAX} (last)`);
  }
  if (budget?.startsWith("-") === true) throw problem(`a budget of ${budget}: it cannot be below 0`);
  if (budget !== null && !isStorable(budget)) {
    throw problem(`a budget of ${budget}: it has more than 18 places, or than 20 digits before them`);
  }
  if (deadline !== null && Number.isNaN(Date.parse(deadline))) {
    throw problem(`"${deadline}" is no time: write it as 2026-12-24T06:00:00Z`);
  }
  const seen = new Set<string>();
  for (const { runId, reservation } of members) {
    requireReservation(runId, reservation);
    if (!RUN_ID.test(runId)) {
      throw problem(
        `"${runId}" cannot be the id of a run: up to 32 lower-case letters, digits and hyphens can`,
      );
    }
    if (seen.has(runId)) throw problem(`the run ${runId} is in the campaign twice`);
    seen.add(runId);
  }
}

async function cardOfNow(trx: Transaction<Tables>, deadline: string | null): Promise<RateCard> {
  const { rows } = await sql<{ now: Date; is_late: boolean }>`
    SELECT clock_timestamp() AS now, coalesce(${deadline}::timestamptz <= clock_timestamp(), false) AS is_late`.execute(
    trx,
  );
  if (rows[0]?.is_late === true) {
    throw new AdapterError("invalid", `the deadline ${deadline} is over: give a later one`);
  }
  const card = rateCardAt(await readRateCards(trx), rows[0]?.now.getTime() ?? 0);
  if (card !== undefined) return card;
  throw new AdapterError("not-found", "no rate card is valid now, so nothing can be quoted: publish one");
}

interface Kept {
  readonly id: string;
  readonly card: RateCard;
}

async function insertCampaign(
  trx: Transaction<Tables>,
  draft: CampaignDraft,
  { id, card }: Kept,
): Promise<void> {
  await trx
    .insertInto("campaigns")
    .values({
      tenant: draft.tenant,
      id,
      name: storable(draft.name),
      state: "draft",
      stop_reason: null,
      priority: draft.priority,
      rate_card: card.id,
      currency: card.currency,
      quote: "0",
      budget: draft.budget,
      deadline: draft.deadline === null ? null : new Date(draft.deadline),
      diagnostics: JSON.stringify(draft.diagnostics),
      started_at: null,
      ended_at: null,
    })
    .execute();
}

/** Inserts runs that are not there; what is to be done of one that nobody does or has done is what is asked for last. */
async function keepRuns(
  trx: Transaction<Tables>,
  { tenant }: CampaignDraft,
  { id, card, members }: Kept & { readonly members: readonly CampaignMember[] },
): Promise<void> {
  await trx
    .insertInto("validation_runs")
    .values(
      members.map(({ runId, kind, job, reservation }) => ({
        tenant,
        id: runId,
        campaign_id: id,
        kind,
        job,
        ...reservedColumns(reservation),
        rate_card: card.id,
        cap: capOf(runId, reservation, card),
        state: "waiting" as const,
        // Books outlive history: a charge's attempt stays that of one time only.
        attempt: sql<number>`(SELECT coalesce(max(l.attempt), 0) FROM apex.charges l
          WHERE l.tenant = ${tenant} AND l.subject = ${runId})`,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["tenant", "id"])
        .doUpdateSet((eb) => ({
          kind: eb.ref("excluded.kind"),
          job: eb.ref("excluded.job"),
          cores: eb.ref("excluded.cores"),
          memory_bytes: eb.ref("excluded.memory_bytes"),
          gpus: eb.ref("excluded.gpus"),
          gpu_model: eb.ref("excluded.gpu_model"),
          max_seconds: eb.ref("excluded.max_seconds"),
        }))
        .where("validation_runs.state", "in", ["dead", "cancelled"]),
    )
    .execute();
  await keepRunFiles(
    trx,
    tenant,
    members.map(({ runId }) => runId),
  );
}

/** Which files runs need: a job names them by their content. Kept apart, since jobs are long and history is cleaned up often. */
async function keepRunFiles(
  trx: Transaction<Tables>,
  tenant: string,
  runIds: readonly string[],
): Promise<void> {
  await sql`DELETE FROM apex.run_files WHERE tenant = ${tenant} AND run_id = ANY(${runIds}::text[])`.execute(
    trx,
  );
  await sql`
    INSERT INTO apex.run_files (tenant, run_id, sha256)
    SELECT DISTINCT r.tenant, r.id, found[1]
    FROM apex.validation_runs r CROSS JOIN LATERAL regexp_matches(r.job, '[0-9a-f]{64}', 'g') AS found
    WHERE r.tenant = ${tenant} AND r.id = ANY(${runIds}::text[])`.execute(trx);
}

interface QuotedMember {
  readonly member: CampaignMember;
  readonly cap: Decimal;
  readonly isReused: boolean;
}

/** By what is kept of each run, which may have been there before with another reservation. */
async function quotedMembers(
  trx: Transaction<Tables>,
  { tenant, members }: CampaignDraft,
  card: RateCard,
): Promise<readonly QuotedMember[]> {
  const rows = await trx
    .selectFrom("validation_runs as r")
    .select(["id", IS_KNOWN.as("is_known"), "cores", "memory_bytes", "gpus", "gpu_model", "max_seconds"])
    .where("tenant", "=", tenant)
    .where("id", "=", sql<string>`ANY(${members.map(({ runId }) => runId)}::text[])`)
    .execute();
  const kept = new Map(rows.map((row) => [row.id, row]));
  return members.map((member) => {
    const row = kept.get(member.runId);
    const reservation = row === undefined ? member.reservation : reservationOf(row);
    return { member, cap: capOf(member.runId, reservation, card), isReused: row?.is_known === true };
  });
}
