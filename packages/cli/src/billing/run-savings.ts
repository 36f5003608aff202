import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { replacementOf } from "./record-savings.ts";
import { textTable } from "./text-table.ts";
import { requireTenant, withStore } from "./with-store.ts";

interface TenantOption {
  readonly tenant: string;
  readonly json?: boolean;
}

/** `apex billing savings list`: proofs that are kept, and what became of them. */
export async function runSavingsList(io: Io, { tenant, json }: TenantOption): Promise<ExitCode> {
  const kept = await withStore(io, async (store) => {
    await requireTenant(store, tenant);
    return store.billing.savings(tenant);
  });
  if (json === true) {
    io.out(`${JSON.stringify(kept, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  if (kept.length === 0) {
    io.out("No savings were recorded yet.\n");
    return EXIT_CODES.done;
  }
  const rows = kept.map(({ id, month, address, resourceId, savings, currency, dispute, evidenceSha256 }) => {
    const replacement = replacementOf(id, kept);
    const state = dispute === null ? "" : `disputed${dispute.outcome === null ? "" : `, ${dispute.outcome}`}`;
    const said = [state, replacement === undefined ? "" : `replaced by ${replacement}`].filter(
      (text) => text !== "",
    );
    return [
      id,
      month,
      address ?? resourceId,
      `${savings} ${currency}`,
      said.join("; "),
      evidenceSha256.slice(0, 12),
    ];
  });
  const head = ["proof", "month", "resource"].map((heading) => ({ heading }));
  io.out(
    textTable(
      [...head, { heading: "saved", align: "right" }, { heading: "state" }, { heading: "evidence" }],
      rows,
    ),
  );
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
    const replacement = replacementOf(id, await store.billing.savings(tenant));
    if (outcome === "rejected" && replacement !== undefined) {
      throw new CommandError(
        EXIT_CODES.badInput,
        `${id} was replaced by ${replacement}, and its fee would be charged beside the new one: only "upheld" is left for it`,
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
