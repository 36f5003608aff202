import { formatMoney } from "@apex/core";
import { textTable } from "../billing/text-table.ts";
import { requireTenant, withStore } from "../billing/with-store.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

const CAMPAIGNS_MAX = 1_000;

/** `apex campaign list`: all campaigns of a tenant, the newest first. */
export async function runCampaignList(
  io: Io,
  options: { readonly tenant: string; readonly json?: boolean },
): Promise<ExitCode> {
  const campaigns = await withStore(io, async (store) => {
    await requireTenant(store, options.tenant);
    return store.campaigns.campaigns(options.tenant, CAMPAIGNS_MAX);
  });
  if (options.json === true) {
    io.out(`${JSON.stringify(campaigns, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  if (campaigns.length === 0) {
    io.out("There is no campaign. `apex campaign create` makes one.\n");
    return EXIT_CODES.done;
  }
  const rows = campaigns.map(
    ({ id, name, state, stopReason, counts, quote, charged, currency, createdAt }) => [
      id,
      stopReason === null ? state : `${state} (${stopReason})`,
      `${counts.done + counts.dead + counts.cancelled} of ${Object.values(counts).reduce((sum, count) => sum + count, 0)}`,
      formatMoney({ amount: charged, currency }),
      formatMoney({ amount: quote, currency }),
      createdAt.slice(0, 16).replace("T", " "),
      name,
    ],
  );
  const columns = [
    { heading: "campaign" },
    { heading: "state" },
    { heading: "runs ended", align: "right" },
    { heading: "charged", align: "right" },
    { heading: "at most", align: "right" },
    { heading: "created (UTC)" },
    { heading: "name" },
  ] as const;
  io.out(textTable(columns, rows));
  return EXIT_CODES.done;
}
