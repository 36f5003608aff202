import path from "node:path";
import { renderSavingsHtml, renderSavingsMarkdown, renderSavingsTable, savingsReport } from "@apex/report";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { writeFiles } from "../write-files.ts";
import { textTable } from "./text-table.ts";
import { requireTenant, withStore } from "./with-store.ts";

interface TenantOption {
  readonly tenant: string;
  readonly json?: boolean;
}

/** `apex billing savings list`: proofs that are kept, and what became of them. */
export async function runSavingsList(
  io: Io,
  { tenant, json, out }: TenantOption & { readonly out?: string },
): Promise<ExitCode> {
  const kept = await withStore(io, async (store) => {
    await requireTenant(store, tenant);
    return store.billing.savings(tenant);
  });
  const report = savingsReport(tenant, kept);
  if (out !== undefined) {
    const directory = path.resolve(io.cwd, out);
    const evidence = kept.map(
      ({ id, evidence: text }) => [path.join(directory, `${id}.json`), text] as const,
    );
    await writeFiles(
      new Map([
        [path.join(directory, "savings.html"), renderSavingsHtml(report)],
        [path.join(directory, "savings.md"), renderSavingsMarkdown(report)],
        ...evidence,
      ]),
    );
  }
  if (json === true) io.out(`${JSON.stringify(kept, null, 2)}\n`);
  else if (kept.length === 0) io.out("No savings were recorded yet.\n");
  else {
    io.out(renderSavingsTable(report, { width: io.width, colour: io.colour }));
    const rows = report.rows.map(({ proof, evidence, state }) => [
      proof.id,
      evidence.month,
      evidence.changes[0]?.address ?? evidence.resourceId,
      state,
    ]);
    io.out(
      `\n${textTable(
        ["proof", "month", "resource", "state"].map((heading) => ({ heading })),
        rows,
      )}`,
    );
  }
  return EXIT_CODES.done;
}

/** `apex billing savings dispute`: takes the charge of a proof back until it is decided. */
export async function runSavingsDispute(
  io: Io,
  { tenant, id, reason }: TenantOption & { readonly id: string; readonly reason: string },
): Promise<ExitCode> {
  if (reason.trim() === "")
    throw new CommandError(EXIT_CODES.badInput, "--reason is empty: it is kept for good");
  await withStore(io, async (store) => {
    await requireTenant(store, tenant);
    await store.billing.dispute(tenant, id, printable(reason));
  });
  io.out(`${printable(id)} is disputed: its charge is taken back until it is decided.\n`);
  return EXIT_CODES.done;
}

/** `apex billing savings decide`: ends a dispute; where it is rejected, the fee is charged again. */
export async function runSavingsDecide(
  io: Io,
  { tenant, id, outcome }: TenantOption & { readonly id: string; readonly outcome: "upheld" | "rejected" },
): Promise<ExitCode> {
  await withStore(io, async (store) => {
    await requireTenant(store, tenant);
    const proof = (await store.billing.savings(tenant)).find((kept) => kept.id === id);
    const replacedBy = proof?.replacedBy ?? null;
    if (outcome === "rejected" && replacedBy !== null) {
      throw new CommandError(
        EXIT_CODES.badInput,
        `${id} was replaced by ${replacedBy}, and its fee would be charged beside the new one: only "upheld" is left for it`,
      );
    }
    await store.billing.decideDispute(tenant, id, outcome);
  });
  io.out(
    outcome === "upheld"
      ? `${printable(id)}: the customer was right, nothing is charged for it.\n`
      : `${printable(id)}: the proof stands, its fee is charged again.\n`,
  );
  return EXIT_CODES.done;
}
