import { type Decimal, decimal } from "@apex/core";
import type { Report } from "@apex/report";
import type { Insertable } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Text that PostgreSQL can store: it has no NUL and no lone surrogates. Both are shown as "�" in the columns; the
 * report itself is kept as JSON text, where they are escapes and nothing is lost.
 */
export function storable(text: string): string {
  return text.replaceAll("\u0000", "�").toWellFormed();
}

function storableOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storable(text);
}

export function decimalOrNull(value: string | null): Decimal | null {
  return value === null ? null : decimal(value);
}

/** The row of the run itself; `text` is the report as JSON. */
export function runRow(runId: string, report: Report, text: string): Insertable<Tables["runs"]> {
  const { total, ...savings } = report.summary.savings;
  return {
    id: runId,
    kind: "optimization",
    generated_at: new Date(report.generatedAt),
    apex_version: storable(report.apexVersion),
    terraform_directory: storable(report.terraformDirectory),
    currency: storable(savings.currency),
    savings_list: total.list,
    savings_net: total.net,
    cost_before: report.cost.before,
    cost_after: report.cost.after,
    report: text,
  };
}

/** One row per resource of the configuration. */
export function resourceRows(runId: string, report: Report): Insertable<Tables["resources"]>[] {
  return report.cost.resources.map((resource) => ({
    run_id: runId,
    address: storable(resource.address),
    type: storable(resource.type),
    cost_before: resource.before,
    cost_after: resource.after,
  }));
}

/** One row per recommendation. */
export function recommendationRows(runId: string, report: Report): Insertable<Tables["recommendations"]>[] {
  return report.recommendations.map((row, position) => ({
    run_id: runId,
    id: storable(row.id),
    position,
    rule: storable(row.rule),
    resource_id: storable(row.resourceId),
    address: storableOrNull(row.address),
    resource_type: storable(row.resourceType),
    action: row.action,
    from_value: storable(row.from),
    to_value: storable(row.to),
    status: row.status,
    reason: storableOrNull(row.reason),
    savings_list: row.monthlySavings.list,
    savings_net: row.monthlySavings.net,
    currency: storable(row.monthlySavings.currency),
    realised: row.monthlySavings.realised,
    risk: row.risk,
    confidence: row.confidence,
  }));
}

/** One row per file that was read, with the repairs made to it. */
export function importRows(runId: string, report: Report): Insertable<Tables["imports"]>[] {
  return report.inputs.files.map((file, position) => ({
    run_id: runId,
    position,
    path: storable(file.path),
    kind: file.kind,
    sha256: file.sha256 ?? null,
    rows: file.rows === undefined ? null : String(file.rows),
    points: file.points === undefined ? null : String(file.points),
    repairs: JSON.stringify(report.inputs.repairs.filter((repair) => repair.file === file.path)),
  }));
}

/** One row per diagnostic. */
export function diagnosticRows(runId: string, report: Report): Insertable<Tables["diagnostics"]>[] {
  return report.diagnostics.map((row, position) => ({
    run_id: runId,
    position,
    severity: row.severity,
    code: storable(row.code),
    summary: storable(row.summary),
    detail: storableOrNull(row.detail),
    address: storableOrNull(row.address),
    file: storableOrNull(row.source?.file),
    line: row.source?.line ?? null,
  }));
}
