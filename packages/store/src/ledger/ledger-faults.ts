import { type RawBuilder, sql } from "kysely";

/** What must not be, as a query that returns a whole sentence for each case. */
export const FAULTS: readonly RawBuilder<{ readonly problem: string }>[] = [
  sql`
    SELECT format('The charge %s of %s has entries that do not balance.', charge.id, charge.tenant) AS problem
    FROM apex.charges charge LEFT JOIN apex.entries entry ON entry.tenant = charge.tenant AND entry.charge_id = charge.id
    GROUP BY charge.tenant, charge.id, charge.amount
    HAVING count(entry.amount) <> 2 OR sum(entry.amount) <> 0
      OR sum(entry.amount) FILTER (WHERE entry.account = 'receivable') IS DISTINCT FROM charge.amount`,
  sql`
    SELECT format('The entries of %s for %s are of no charge.', tenant, charge_id) AS problem
    FROM apex.entries entry WHERE NOT EXISTS (
      SELECT FROM apex.charges charge WHERE charge.tenant = entry.tenant AND charge.id = entry.charge_id
    ) GROUP BY tenant, charge_id`,
  sql`
    SELECT format('The charge %s of %s does not take back what %s charged.', reversal.id, reversal.tenant, reversal.reverses) AS problem
    FROM apex.charges reversal LEFT JOIN apex.charges charge
      ON charge.tenant = reversal.tenant AND charge.id = reversal.reverses
    WHERE reversal.reverses IS NOT NULL AND (charge.id IS NULL OR charge.reverses IS NOT NULL
      OR reversal.amount <> -charge.amount OR reversal.quantity <> -charge.quantity OR reversal.currency <> charge.currency
      OR reversal.subject <> charge.subject)`,
  sql`
    SELECT format('The charge %s of %s is taken back more than once.', reverses, tenant) AS problem
    FROM apex.charges WHERE reverses IS NOT NULL GROUP BY tenant, reverses HAVING count(*) > 1`,
  sql`
    SELECT format('The charge %s of %s is on more than one invoice.', charge_id, tenant) AS problem
    FROM apex.invoice_charges GROUP BY tenant, charge_id HAVING count(*) > 1`,
  sql`
    SELECT format('The charge %s of %s is on the invoice %s, in a line of another kind, price or currency.', charge.id, charge.tenant, link.number) AS problem
    FROM apex.invoice_charges link
    LEFT JOIN apex.invoice_lines line USING (tenant, number, position)
    LEFT JOIN apex.invoices invoice USING (tenant, number)
    JOIN apex.charges charge ON charge.tenant = link.tenant AND charge.id = link.charge_id
    WHERE (line.kind, line.rate_card, line.is_correction, invoice.currency)
      IS DISTINCT FROM (charge.kind, charge.rate_card, charge.reverses IS NOT NULL, charge.currency)
      OR charge.usage_to >= invoice.period_end`,
  sql`
    SELECT format('Line %s of the invoice %s is not what its charges add up to.', line.position + 1, line.number) AS problem
    FROM apex.invoice_lines line
    LEFT JOIN apex.invoice_charges link USING (tenant, number, position)
    LEFT JOIN apex.charges charge ON charge.tenant = link.tenant AND charge.id = link.charge_id
    GROUP BY line.tenant, line.number, line.position, line.exact, line.quantity
    HAVING sum(charge.amount) IS DISTINCT FROM line.exact OR sum(charge.quantity) IS DISTINCT FROM line.quantity`,
  sql`
    SELECT format('The invoices of %s have gaps: %s of them, the last has number %s, and %s were counted.',
      coalesce(series.series, invoice.series), count(invoice.ordinal), max(invoice.ordinal), max(series.last)) AS problem
    FROM apex.invoice_series series FULL JOIN apex.invoices invoice ON invoice.series = series.series
    GROUP BY series.series, invoice.series
    HAVING (count(DISTINCT invoice.ordinal), min(invoice.ordinal), max(invoice.ordinal))
      IS DISTINCT FROM (max(series.last)::bigint, 1, max(series.last))`,
  // A run may be charged more than once: stopped by its customer, and done again for another campaign. An attempt is charged once.
  sql`
    SELECT format('The run %s of %s has a verdict that is not free, and no charge.', id, tenant) AS problem
    FROM apex.validation_runs run
    WHERE state = 'done' AND free_reason IS NULL AND NOT EXISTS (
      SELECT FROM apex.charges charge
      WHERE charge.tenant = run.tenant AND charge.subject = run.id AND charge.attempt = run.attempt
    )`,
  sql`
    SELECT format('The run %s of %s is free, and charged.', run.id, run.tenant) AS problem
    FROM apex.validation_runs run JOIN apex.run_attempts attempt
      ON attempt.tenant = run.tenant AND attempt.run_id = run.id AND attempt.attempt = run.attempt
    WHERE run.free_reason IS NOT NULL AND attempt.campaign_id = run.campaign_id AND EXISTS (
      SELECT FROM apex.charges charge
      WHERE charge.tenant = run.tenant AND charge.subject = run.id AND charge.attempt = run.attempt
    )`,
  sql`
    SELECT format('The run %s of %s is charged %s, more than its cap of %s.', run.id, run.tenant, sum(charge.amount), run.cap) AS problem
    FROM apex.validation_runs run
    JOIN apex.run_attempts attempt ON attempt.tenant = run.tenant AND attempt.run_id = run.id
      AND attempt.attempt = run.attempt AND attempt.campaign_id = run.campaign_id
    JOIN apex.charges charge ON charge.tenant = run.tenant AND charge.subject = run.id AND charge.attempt = run.attempt
    WHERE charge.reverses IS NULL
    GROUP BY run.tenant, run.id, run.cap HAVING sum(charge.amount) > run.cap`,
  // What was left open and free is done again for another campaign.
  sql`
    SELECT DISTINCT format('The run %s of %s has more than one verdict: it was done twice.', first.run_id, first.tenant) AS problem
    FROM apex.run_attempts first
    JOIN apex.run_attempts again ON again.tenant = first.tenant AND again.run_id = first.run_id AND again.attempt > first.attempt
    WHERE first.ending = 'verdict' AND again.ending = 'verdict' AND (again.campaign_id = first.campaign_id OR EXISTS (
      SELECT FROM apex.charges charge WHERE charge.tenant = first.tenant
        AND charge.subject = first.run_id AND charge.attempt = first.attempt
    ))`,
  sql`
    SELECT format('Attempt %s of the run %s of %s is charged more than once.', attempt, subject, tenant) AS problem
    FROM apex.charges WHERE attempt IS NOT NULL AND reverses IS NULL
    GROUP BY tenant, subject, attempt, kind HAVING count(*) > 1`,
  sql`
    SELECT format('Attempt %s of the run %s of %s is charged, and %s.', attempt.attempt, attempt.run_id, attempt.tenant,
      CASE WHEN attempt.ending IS NULL THEN 'has not ended' ELSE 'ended as ' || attempt.ending END) AS problem
    FROM apex.run_attempts attempt
    WHERE (ending IS NULL OR ending NOT IN ('verdict', 'stopped')) AND EXISTS (
      SELECT FROM apex.charges charge WHERE charge.tenant = attempt.tenant
        AND charge.subject = attempt.run_id AND charge.attempt = attempt.attempt
    )`,
  // Books outlive history: of a run that is gone, or of attempts before those that are left, nothing can be said.
  sql`
    SELECT format('The charge %s of %s is of an attempt that was none.', charge.id, charge.tenant) AS problem
    FROM apex.charges charge
    JOIN apex.validation_runs run ON run.tenant = charge.tenant AND run.id = charge.subject
    WHERE (charge.attempt > run.attempt OR charge.attempt > (
      SELECT min(attempt) FROM apex.run_attempts first WHERE first.tenant = run.tenant AND first.run_id = run.id
    )) AND NOT EXISTS (
      SELECT FROM apex.run_attempts attempt
      WHERE attempt.tenant = charge.tenant AND attempt.run_id = charge.subject AND attempt.attempt = charge.attempt
    )`,
  sql`
    SELECT format('The charge %s of %s is of savings that nobody has proven.', charge.id, charge.tenant) AS problem
    FROM apex.charges charge
    WHERE kind = 'savings-share' AND NOT EXISTS (
      SELECT FROM apex.savings_proofs proof WHERE proof.tenant = charge.tenant AND proof.id = charge.subject
    )`,
  sql`
    SELECT format('The charge %s of %s is of a repair that nobody has recorded.', charge.id, charge.tenant) AS problem
    FROM apex.charges charge
    WHERE kind IN ('model-input', 'model-output') AND NOT EXISTS (
      SELECT FROM apex.model_usage usage WHERE usage.tenant = charge.tenant AND usage.id = charge.subject
    )`,
  sql`
    SELECT format('The charge %s of %s is of savings that %s replaced, and stands beside it.', charge.id, charge.tenant, replaced_by) AS problem
    FROM apex.savings_replacements replacement
    JOIN apex.charges charge ON charge.tenant = replacement.tenant AND charge.subject = replacement.proof_id
    WHERE charge.reverses IS NULL AND NOT EXISTS (
      SELECT FROM apex.charges reversal WHERE reversal.tenant = charge.tenant AND reversal.reverses = charge.id
    )`,
  sql`
    SELECT format('The charge %s of %s has no message to the outside.', id, tenant) AS problem
    FROM apex.charges charge WHERE NOT EXISTS (SELECT FROM apex.outbox WHERE key = charge.tenant || '/' || charge.id)`,
];
