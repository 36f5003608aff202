import { openRecordStores, type OpenRecordStores, type Tenant } from "@apex/store";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { storePlace } from "../store-place.ts";

/** Opens the store of APEX_HOME and DATABASE_URL for as long as `work` takes; the reports in it are those of `tenant`. */
export async function withStore<T>(
  io: Io,
  work: (store: OpenRecordStores) => Promise<T>,
  tenant?: string,
): Promise<T> {
  const store = openRecordStores({
    ...storePlace(io),
    ...(tenant === undefined ? {} : { tenant }),
    signal: io.signal,
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The tenant of this id. Throws a CommandError when there is none: an empty bill of a misspelt name would look right. */
export async function requireTenant(store: OpenRecordStores, id: string): Promise<Tenant> {
  const tenant = await store.tenants.tenant(id);
  if (tenant === undefined) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `there is no tenant ${JSON.stringify(id)}; \`apex tenant list\` shows those there are, \`apex tenant create\` makes one`,
    );
  }
  return tenant;
}
