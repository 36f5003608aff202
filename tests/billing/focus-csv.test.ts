import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { focusCsv, focusRows, FOCUS_VERSIONS, focusTable } from "@apex/billing";
import { Books } from "@apex/billing/testing";
import { decimal } from "@apex/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "apex-focus-csv-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two invoices, the second with what it takes back of the first, and what is not invoiced yet. */
function books(): Books {
  const made = new Books();
  for (let run = 0; run < 40; run += 1) {
    made.settle(`val-${run}`, {
      cpuNs: BigInt(run) * 7_777_777_777n,
      byteMs: BigInt(run) * 10n ** 15n,
      gpuMs: BigInt(run % 3) * 12_345n,
    });
    if (run === 12) made.issue();
    if (run === 20) made.reverse("val-7");
    if (run === 30) made.issue();
  }
  return made;
}

test.for(FOCUS_VERSIONS)(
  "another program reads a CSV of FOCUS %s cell by cell as it was, and comes to the invoices' totals",
  async (version) => {
    const from = books().export;
    const { account, invoices } = from;
    const name = 'Acme "Tools", Inc.\nBerlin';
    const table = focusTable(focusRows({ ...from, account: { ...account, name } }), version);
    const file = join(folder, `${version}.csv`);
    writeFileSync(file, [...focusCsv(table)].join(""));
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    const read = `read_csv('${file}', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\r\\n')`;
    const cells = await connection.runAndReadAll(`SELECT * FROM ${read}`);
    expect(cells.columnNames()).toEqual(table.columns.map(({ name: column }) => column));
    expect(cells.getRowsJson()).toEqual(table.rows);
    const totals = await connection.runAndReadAll(
      `SELECT InvoiceId, CAST(sum(CAST(BilledCost AS DECIMAL(38, 18))) AS VARCHAR) FROM ${read} WHERE InvoiceId IS NOT NULL GROUP BY InvoiceId ORDER BY InvoiceId`,
    );
    const sums = (totals.getRowsJson() as [string, string][]).map(([number, total]) => [
      number,
      decimal(total),
    ]);
    expect(sums).toEqual(invoices.map(({ number, total }) => [number, decimal(total)]));
    expect(invoices).toHaveLength(2);
    connection.closeSync();
    instance.closeSync();
  },
);
