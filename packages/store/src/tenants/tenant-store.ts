import type { Tier } from "@apex/billing";

/** A customer: every row belongs to one. */
export interface Tenant {
  /** Kebab-case. */
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
}

/** Tenants, kept. */
export interface TenantStore {
  /** Throws an AdapterError (`invalid`) for an id that is taken or malformed. */
  create(tenant: Tenant): Promise<void>;
  setTier(id: string, tier: Tier): Promise<void>;
  tenant(id: string): Promise<Tenant | undefined>;
  tenants(): Promise<readonly Tenant[]>;
}
