import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Campaigns, their runs, the attempts and readings of those, the input files that they need, and the installation's id. */
export const campaignsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createCampaigns(db);
    await createRuns(db);
    await createMembers(db);
    await createAttempts(db);
    await createInputFiles(db);
    await createInstallation(db);
  },
};

/** What tells this database from others where both use one server for something else, such as Redis. */
async function createInstallation(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.installation (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      id uuid NOT NULL
    )`.execute(db);
  await sql`INSERT INTO apex.installation (id) VALUES (${randomUUID()})`.execute(db);
}

async function createCampaigns(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.rate_cards (
      id text PRIMARY KEY,
      valid_from timestamptz NOT NULL,
      currency text NOT NULL,
      vcpu_hour numeric(38, 18) NOT NULL CHECK (vcpu_hour >= 0),
      gib_hour numeric(38, 18) NOT NULL CHECK (gib_hour >= 0),
      -- JSON: price by GPU model.
      gpu_hour text NOT NULL,
      margin numeric(38, 18) NOT NULL CHECK (margin >= 0),
      minimum numeric(38, 18) NOT NULL CHECK (minimum >= 0),
      source text NOT NULL
    )`.execute(db);
  await sql`
    CREATE TABLE apex.campaigns (
      tenant text NOT NULL REFERENCES apex.tenants (id),
      id text NOT NULL,
      name text NOT NULL,
      state text NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'stopped', 'done')),
      stop_reason text CHECK (stop_reason IN ('cancelled', 'budget', 'deadline')),
      priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 10),
      rate_card text NOT NULL REFERENCES apex.rate_cards (id),
      currency text NOT NULL,
      quote numeric(38, 18) NOT NULL,
      -- The most that it may cost; without one, its quote.
      budget numeric(38, 18) CHECK (budget >= 0),
      deadline timestamptz,
      -- JSON: a list of core's Diagnostic.
      diagnostics text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      started_at timestamptz,
      ended_at timestamptz,
      PRIMARY KEY (tenant, id)
    )`.execute(db);
  await sql`
    CREATE INDEX campaigns_open ON apex.campaigns (tenant, id) WHERE state IN ('running', 'paused')
  `.execute(db);
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.validation_runs (
      tenant text NOT NULL REFERENCES apex.tenants (id),
      id text NOT NULL,
      -- The campaign that does it and pays for it.
      campaign_id text NOT NULL,
      kind text NOT NULL,
      job text NOT NULL,
      cores numeric NOT NULL,
      memory_bytes bigint NOT NULL,
      gpus integer NOT NULL,
      gpu_model text,
      max_seconds integer NOT NULL,
      rate_card text NOT NULL REFERENCES apex.rate_cards (id),
      cap numeric(38, 18) NOT NULL CHECK (cap >= 0),
      state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead', 'cancelled')),
      attempt integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      worker text,
      lease_until timestamptz,
      not_before timestamptz,
      stop_requested text CHECK (stop_requested IN ('cancelled', 'budget', 'deadline', 'cap')),
      progress text,
      verdict text CHECK (verdict IN ('pass', 'fail', 'inconclusive')),
      result text,
      reason text,
      free_reason text,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      started_at timestamptz,
      ended_at timestamptz,
      PRIMARY KEY (tenant, id),
      FOREIGN KEY (tenant, campaign_id) REFERENCES apex.campaigns (tenant, id),
      CHECK ((state = 'running') = (lease_until IS NOT NULL)),
      CHECK ((state = 'done') = (verdict IS NOT NULL))
    )`.execute(db);
  await sql`CREATE INDEX validation_runs_campaign ON apex.validation_runs (tenant, campaign_id)`.execute(db);
  await sql`
    CREATE INDEX validation_runs_open ON apex.validation_runs (tenant, campaign_id) WHERE state IN ('waiting', 'running')
  `.execute(db);
  await sql`
    CREATE INDEX validation_runs_running ON apex.validation_runs (tenant, campaign_id) WHERE state = 'running'
  `.execute(db);
}

/** Which campaign has which runs. */
async function createMembers(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.campaign_runs (
      tenant text NOT NULL,
      campaign_id text NOT NULL,
      run_id text NOT NULL,
      position integer NOT NULL,
      target text NOT NULL,
      change text NOT NULL,
      savings_list numeric NOT NULL,
      savings_net numeric,
      is_reused boolean NOT NULL,
      -- The most that this campaign would pay for it.
      cap numeric(38, 18) NOT NULL CHECK (cap >= 0),
      -- How it ended here, once a later campaign has it done again.
      left_state text CHECK (left_state IN ('done', 'dead', 'cancelled')),
      left_reason text,
      left_free_reason text,
      left_verdict text CHECK (left_verdict IN ('pass', 'fail', 'inconclusive')),
      left_result text,
      -- When, in the campaign that had it done; those that only had it too keep none.
      left_ended_at timestamptz,
      CHECK ((left_state = 'done') = (left_verdict IS NOT NULL)),
      PRIMARY KEY (tenant, campaign_id, run_id),
      UNIQUE (tenant, campaign_id, position),
      FOREIGN KEY (tenant, campaign_id) REFERENCES apex.campaigns (tenant, id),
      FOREIGN KEY (tenant, run_id) REFERENCES apex.validation_runs (tenant, id)
    )`.execute(db);
  await sql`CREATE INDEX campaign_runs_run ON apex.campaign_runs (tenant, run_id)`.execute(db);
}

async function createAttempts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.run_attempts (
      tenant text NOT NULL,
      run_id text NOT NULL,
      attempt integer NOT NULL,
      -- Which one pays for it.
      campaign_id text NOT NULL,
      sandbox_run_id text NOT NULL UNIQUE,
      worker text NOT NULL,
      host text NOT NULL,
      started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      ended_at timestamptz,
      -- 'crashed': its lease ran out and another worker took the run.
      ending text CHECK (ending IN ('verdict', 'failed', 'stopped', 'released', 'crashed')),
      failure text,
      -- By its last reading, once its worker has ended it.
      cpu_ns numeric(38, 0) CHECK (cpu_ns >= 0),
      PRIMARY KEY (tenant, run_id, attempt),
      FOREIGN KEY (tenant, run_id) REFERENCES apex.validation_runs (tenant, id),
      FOREIGN KEY (tenant, campaign_id) REFERENCES apex.campaigns (tenant, id),
      CHECK ((ended_at IS NULL) = (ending IS NULL))
    )`.execute(db);
  await sql`CREATE INDEX run_attempts_campaign ON apex.run_attempts (tenant, campaign_id)`.execute(db);
  await sql`CREATE INDEX run_attempts_started ON apex.run_attempts (tenant, started_at) INCLUDE (run_id)`.execute(
    db,
  );
  await sql`
    CREATE TABLE apex.readings (
      tenant text NOT NULL,
      run_id text NOT NULL,
      attempt integer NOT NULL,
      seq integer NOT NULL,
      at timestamptz NOT NULL,
      monotonic_ms double precision NOT NULL,
      boot_id text NOT NULL,
      cpu_ns numeric(38, 0) NOT NULL CHECK (cpu_ns >= 0),
      memory_reserved_byte_ms numeric(38, 0) NOT NULL CHECK (memory_reserved_byte_ms >= 0),
      gpu_ms numeric(38, 0) NOT NULL CHECK (gpu_ms >= 0),
      network_bytes numeric(38, 0) NOT NULL,
      block_bytes numeric(38, 0) NOT NULL,
      PRIMARY KEY (tenant, run_id, attempt, seq),
      FOREIGN KEY (tenant, run_id, attempt) REFERENCES apex.run_attempts (tenant, run_id, attempt)
    )`.execute(db);
}

async function createInputFiles(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.input_files (
      tenant text NOT NULL REFERENCES apex.tenants (id),
      sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      bytes bigint NOT NULL CHECK (bytes >= 0),
      -- The last time: again for another campaign.
      sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (tenant, sha256)
    )`.execute(db);
  // Written in one transaction with its file: what can be seen is complete.
  await sql`
    CREATE TABLE apex.input_file_pieces (
      tenant text NOT NULL,
      sha256 text NOT NULL,
      position integer NOT NULL,
      -- Up to 1 MiB of the file, gzipped.
      content bytea NOT NULL,
      PRIMARY KEY (tenant, sha256, position),
      FOREIGN KEY (tenant, sha256) REFERENCES apex.input_files (tenant, sha256) ON DELETE CASCADE
    )`.execute(db);
  // Which files the jobs of runs name; a job may come before its files, or name what is none.
  await sql`
    CREATE TABLE apex.run_files (
      tenant text NOT NULL,
      run_id text NOT NULL,
      sha256 text NOT NULL,
      PRIMARY KEY (tenant, run_id, sha256),
      FOREIGN KEY (tenant, run_id) REFERENCES apex.validation_runs (tenant, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX run_files_file ON apex.run_files (tenant, sha256)`.execute(db);
}
