import { beforeAll, expect, test } from "vitest";
import { serverOfFile } from "../records/testing.ts";
import { postgresTenantStore } from "./postgres-tenant-store.ts";
import type { TenantStore } from "./tenant-store.ts";

const server = serverOfFile();
let tenants: TenantStore;

beforeAll(async () => {
  const db = await server.open();
  tenants = postgresTenantStore(() => Promise.resolve(db));
});

test("the default tenant is there from the beginning, others are created once", async () => {
  const acme = { id: "acme", name: "Acme, Inc.", tier: "early" } as const;
  await tenants.create(acme);
  await expect(tenants.create({ ...acme, name: "Another" })).rejects.toMatchObject({ kind: "invalid" });
  expect(await tenants.tenants()).toEqual([acme, { id: "default", name: "Default", tier: "enterprise" }]);
  await tenants.setTier("acme", "mid");
  expect(await tenants.tenant("acme")).toEqual({ ...acme, tier: "mid" });
  expect(await tenants.tenant("nobody")).toBeUndefined();
  await expect(tenants.setTier("nobody", "mid")).rejects.toMatchObject({ kind: "not-found" });
});

test.each(["", "-acme", "Acme", "acme/x", "acme'", "a".repeat(64)])("%j is no id of a tenant", async (id) => {
  const creating = tenants.create({ id, name: "Acme", tier: "free" });
  await expect(creating).rejects.toThrow("cannot be a tenant's id");
});
