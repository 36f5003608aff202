import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

const IMMUTABLE = [
  "rate_cards",
  "charges",
  "entries",
  "reversal_reasons",
  "invoices",
  "invoice_lines",
  "invoice_charges",
  "savings_proofs",
  "savings_replacements",
];

/** Charges, the double entry that the database itself keeps in balance, invoices, and what is to be told to the outside. */
export const ledgerMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await makeCharges(db);
    await makeInvoices(db);
    await makeSavings(db);
    await makeOutbox(db);
    await refuseChanges(db);
    await requireBalance(db);
    await guardInvoices(db);
    await requireTotals(db);
  },
};

async function makeCharges(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.charges (
      tenant text NOT NULL REFERENCES apex.tenants (id),
      -- Derived from what it is for: "val-3f9a/vcpu".
      id text NOT NULL,
      subject text NOT NULL,
      -- Of a run: which attempt was charged.
      attempt integer,
      kind text NOT NULL CHECK (kind IN ('vcpu', 'memory', 'gpu', 'minimum', 'cap', 'savings-share')),
      rate_card text NOT NULL REFERENCES apex.rate_cards (id),
      currency text NOT NULL,
      quantity numeric(38, 18) NOT NULL,
      unit text NOT NULL,
      unit_price numeric(38, 18) NOT NULL,
      amount numeric(38, 18) NOT NULL,
      usage_from timestamptz NOT NULL,
      usage_to timestamptz NOT NULL,
      reverses text,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (tenant, id),
      UNIQUE (tenant, reverses),
      FOREIGN KEY (tenant, reverses) REFERENCES apex.charges (tenant, id)
    )`.execute(db);
  await sql`CREATE INDEX charges_subject ON apex.charges (tenant, subject)`.execute(db);
  await sql`CREATE INDEX charges_usage ON apex.charges (tenant, usage_to)`.execute(db);
  await sql`
    CREATE TABLE apex.reversal_reasons (
      tenant text NOT NULL,
      charge_id text NOT NULL,
      reason text NOT NULL,
      PRIMARY KEY (tenant, charge_id),
      FOREIGN KEY (tenant, charge_id) REFERENCES apex.charges (tenant, id)
    )`.execute(db);
  await sql`
    CREATE TABLE apex.entries (
      tenant text NOT NULL,
      charge_id text NOT NULL,
      account text NOT NULL CHECK (account IN ('receivable', 'revenue/validation', 'revenue/savings-share')),
      amount numeric(38, 18) NOT NULL,
      PRIMARY KEY (tenant, charge_id, account),
      FOREIGN KEY (tenant, charge_id) REFERENCES apex.charges (tenant, id)
    )`.execute(db);
}

async function makeInvoices(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.invoice_series (
      series text PRIMARY KEY,
      last integer NOT NULL CHECK (last >= 0)
    )`.execute(db);
  await sql`
    CREATE TABLE apex.invoices (
      tenant text NOT NULL REFERENCES apex.tenants (id),
      number text NOT NULL UNIQUE,
      series text NOT NULL REFERENCES apex.invoice_series (series),
      ordinal integer NOT NULL CHECK (ordinal > 0),
      currency text NOT NULL,
      period_start timestamptz NOT NULL,
      period_end timestamptz NOT NULL CHECK (period_end > period_start),
      issued_at timestamptz NOT NULL,
      -- Without a scale, so that it keeps the digits of its currency.
      total numeric NOT NULL,
      PRIMARY KEY (tenant, number),
      UNIQUE (series, ordinal)
    )`.execute(db);
  await sql`
    CREATE TABLE apex.invoice_lines (
      tenant text NOT NULL,
      number text NOT NULL,
      position integer NOT NULL,
      kind text NOT NULL,
      rate_card text NOT NULL,
      unit text NOT NULL,
      is_correction boolean NOT NULL,
      quantity numeric(38, 18) NOT NULL,
      exact numeric(38, 18) NOT NULL,
      amount numeric NOT NULL,
      PRIMARY KEY (tenant, number, position),
      FOREIGN KEY (tenant, number) REFERENCES apex.invoices (tenant, number)
    )`.execute(db);
  await sql`
    CREATE TABLE apex.invoice_charges (
      tenant text NOT NULL,
      -- A charge is on one invoice at most.
      charge_id text NOT NULL,
      number text NOT NULL,
      position integer NOT NULL,
      PRIMARY KEY (tenant, charge_id),
      FOREIGN KEY (tenant, charge_id) REFERENCES apex.charges (tenant, id),
      FOREIGN KEY (tenant, number, position) REFERENCES apex.invoice_lines (tenant, number, position)
    )`.execute(db);
}

async function makeSavings(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.savings_proofs (
      tenant text NOT NULL REFERENCES apex.tenants (id),
      id text NOT NULL,
      resource_id text NOT NULL,
      address text,
      month text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
      savings numeric(38, 18) NOT NULL,
      currency text NOT NULL,
      evidence text NOT NULL,
      evidence_sha256 text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (tenant, id)
    )`.execute(db);
  await sql`
    CREATE TABLE apex.savings_replacements (
      tenant text NOT NULL,
      -- A proof is replaced by one other at most: one that replaces it too would be charged beside it.
      proof_id text NOT NULL,
      replaced_by text NOT NULL CHECK (replaced_by <> proof_id),
      PRIMARY KEY (tenant, proof_id),
      FOREIGN KEY (tenant, proof_id) REFERENCES apex.savings_proofs (tenant, id),
      FOREIGN KEY (tenant, replaced_by) REFERENCES apex.savings_proofs (tenant, id)
    )`.execute(db);
  await sql`
    CREATE TABLE apex.savings_disputes (
      tenant text NOT NULL,
      proof_id text NOT NULL,
      opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      reason text NOT NULL,
      closed_at timestamptz,
      outcome text CHECK (outcome IN ('upheld', 'rejected')),
      PRIMARY KEY (tenant, proof_id),
      FOREIGN KEY (tenant, proof_id) REFERENCES apex.savings_proofs (tenant, id),
      CHECK ((closed_at IS NULL) = (outcome IS NULL))
    )`.execute(db);
}

async function makeOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE apex.outbox (
      key text PRIMARY KEY,
      tenant text NOT NULL REFERENCES apex.tenants (id),
      kind text NOT NULL,
      payload text NOT NULL,
      -- The order of writing.
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      -- Set before it is sent: what was sent without a known outcome is not sent again blindly.
      first_sent_at timestamptz,
      -- Sendings of which it is not certain that nobody heard them, by whichever exporter.
      open_sends integer NOT NULL DEFAULT 0 CHECK (open_sends >= 0),
      delivered_at timestamptz,
      attempts integer NOT NULL DEFAULT 0,
      last_error text
    )`.execute(db);
  await sql`CREATE INDEX outbox_open ON apex.outbox (attempts, sequence) WHERE delivered_at IS NULL`.execute(
    db,
  );
}

async function refuseChanges(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% are never changed: correct by adding another', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER savings_disputes_stay_decided BEFORE UPDATE ON apex.savings_disputes
      FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION apex.refuse_change()`.execute(db);
  await sql`
    CREATE TRIGGER savings_disputes_stay BEFORE DELETE ON apex.savings_disputes
      FOR EACH ROW EXECUTE FUNCTION apex.refuse_change()`.execute(db);
  for (const table of IMMUTABLE) {
    await sql`
      CREATE TRIGGER ${sql.id(`${table}_are_immutable`)} BEFORE UPDATE OR DELETE ON apex.${sql.id(table)}
        FOR EACH ROW EXECUTE FUNCTION apex.refuse_change()`.execute(db);
  }
  for (const table of [...IMMUTABLE, "savings_disputes"]) {
    await sql`
      CREATE TRIGGER ${sql.id(`${table}_are_not_truncated`)} BEFORE TRUNCATE ON apex.${sql.id(table)}
        FOR EACH STATEMENT EXECUTE FUNCTION apex.refuse_change()`.execute(db);
  }
}

async function requireBalance(db: Kysely<unknown>): Promise<void> {
  // At the end of the transaction, so that a charge and its legs can be written one after the other.
  await sql`
    CREATE FUNCTION apex.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      of_charge text := coalesce(to_jsonb(NEW) ->> 'charge_id', to_jsonb(NEW) ->> 'id');
      charged numeric;
      legs integer;
      total numeric;
      owed numeric;
    BEGIN
      SELECT amount INTO charged FROM apex.charges WHERE tenant = NEW.tenant AND id = of_charge;
      SELECT count(*), coalesce(sum(amount), 0), coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0)
        INTO legs, total, owed FROM apex.entries WHERE tenant = NEW.tenant AND charge_id = of_charge;
      IF EXISTS (
        SELECT FROM apex.charges reversal JOIN apex.charges charge
          ON charge.tenant = reversal.tenant AND charge.id = reversal.reverses
        WHERE reversal.tenant = NEW.tenant AND reversal.id = of_charge
          AND (reversal.amount <> -charge.amount OR reversal.currency <> charge.currency OR charge.reverses IS NOT NULL)
      ) THEN
        RAISE EXCEPTION 'the charge % takes another amount back than was charged', of_charge
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF legs <> 2 OR total <> 0 OR owed IS DISTINCT FROM charged THEN
        RAISE EXCEPTION 'the ledger does not balance: charge % of % has % entries that sum up to %, with % owed',
          of_charge, charged, legs, total, owed USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$`.execute(db);
  for (const table of ["charges", "entries"]) {
    await sql`
      CREATE CONSTRAINT TRIGGER ${sql.id(`${table}_balance`)} AFTER INSERT ON apex.${sql.id(table)}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION apex.require_balance()`.execute(db);
  }
}

/** Numbers have no gaps, and nothing is added to what was issued: to what another transaction wrote (`xmin` is who did). */
async function guardInvoices(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.require_next_number() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      expected integer := coalesce((SELECT max(ordinal) FROM apex.invoices WHERE series = NEW.series), 0) + 1;
    BEGIN
      IF NEW.ordinal <> expected THEN
        RAISE EXCEPTION 'the invoices of % have no gaps: the next is %, not %', NEW.series, expected, NEW.ordinal
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER invoices_have_no_gaps BEFORE INSERT ON apex.invoices
      FOR EACH ROW EXECUTE FUNCTION apex.require_next_number()`.execute(db);
  await sql`
    CREATE FUNCTION apex.require_open_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (
        SELECT FROM apex.invoices
        WHERE tenant = NEW.tenant AND number = NEW.number AND xmin = pg_current_xact_id()::xid
      ) THEN
        RAISE EXCEPTION 'the invoice % is issued: what comes later belongs to the next one', NEW.number
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$`.execute(db);
  for (const table of ["invoice_lines", "invoice_charges"]) {
    await sql`
      CREATE TRIGGER ${sql.id(`${table}_are_complete`)} BEFORE INSERT ON apex.${sql.id(table)}
        FOR EACH ROW EXECUTE FUNCTION apex.require_open_invoice()`.execute(db);
  }
}

/** At the end of the transaction an invoice's lines are its charges and its total. */
async function requireTotals(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.require_total() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      total numeric := (SELECT sum(amount) FROM apex.invoice_lines WHERE tenant = NEW.tenant AND number = NEW.number);
    BEGIN
      IF total IS DISTINCT FROM NEW.total OR EXISTS (
        SELECT FROM apex.invoice_lines line
        LEFT JOIN apex.invoice_charges link USING (tenant, number, position)
        LEFT JOIN apex.charges charge ON charge.tenant = link.tenant AND charge.id = link.charge_id
        WHERE line.tenant = NEW.tenant AND line.number = NEW.number
        GROUP BY line.position, line.exact
        HAVING sum(charge.amount) IS DISTINCT FROM line.exact
      ) THEN
        RAISE EXCEPTION 'the lines of the invoice % are not its total, or not its charges', NEW.number
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE CONSTRAINT TRIGGER invoices_add_up AFTER INSERT ON apex.invoices
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION apex.require_total()`.execute(db);
}
