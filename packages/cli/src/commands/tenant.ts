import { TIER_LIMITS, type Tier } from "@apex/billing";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { textTable } from "../billing/text-table.ts";
import { requireTenant, withStore } from "../billing/with-store.ts";
import { limitLines } from "../billing/tier-use.ts";
import { printable } from "../printable.ts";
import { requireName } from "../require-name.ts";

/** `apex tenant create`: a new customer. */
export async function runTenantCreate(
  io: Io,
  options: { readonly id: string; readonly name?: string; readonly tier: Tier },
): Promise<ExitCode> {
  const { id, tier } = options;
  const name = requireName(options.name ?? id);
  await withStore(io, (store) => store.tenants.create({ id, name, tier }));
  io.out(`${id} is there, tier ${tier}.\n`);
  return EXIT_CODES.done;
}

/** `apex tenant list`: all customers. */
export async function runTenantList(io: Io, options: { readonly json?: boolean }): Promise<ExitCode> {
  const tenants = await withStore(io, (store) => store.tenants.tenants());
  if (options.json === true) {
    io.out(`${JSON.stringify(tenants, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  const rows = tenants.map(({ id, tier, name }) => [id, tier, name]);
  io.out(textTable([{ heading: "tenant" }, { heading: "tier" }, { heading: "name" }], rows));
  return EXIT_CODES.done;
}

/** `apex tenant set-tier`: what a customer pays for from now on. */
export async function runTenantSetTier(
  io: Io,
  { id, tier }: { readonly id: string; readonly tier: Tier },
): Promise<ExitCode> {
  await withStore(io, async (store) => {
    await requireTenant(store, id);
    await store.tenants.setTier(id, tier);
  });
  io.out(`${id} has tier ${tier} from now on.\n`);
  return EXIT_CODES.done;
}

/** `apex tenant show`: a customer's limits and what of them is used this month. */
export async function runTenantShow(
  io: Io,
  { id, json }: { readonly id: string; readonly json?: boolean },
): Promise<ExitCode> {
  const { tenant, use } = await withStore(io, async (store) => ({
    tenant: await requireTenant(store, id),
    use: await store.usage.ofMonth(id),
  }));
  const limits = TIER_LIMITS[tenant.tier];
  if (json === true) {
    io.out(`${JSON.stringify({ ...tenant, limits, thisMonth: use }, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  io.out(`${printable(tenant.name)} (${tenant.id}), tier ${tenant.tier}\n${limitLines(limits, use)}`);
  return EXIT_CODES.done;
}
