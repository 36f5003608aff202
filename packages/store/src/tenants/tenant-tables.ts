import type { Tier } from "@apex/billing";
import type { Generated } from "kysely";

/** Tables of tenants, as queries see them. */
export interface TenantTables {
  tenants: TenantsTable;
}

interface TenantsTable {
  id: string;
  name: string;
  tier: Tier;
  created_at: Generated<Date>;
}
