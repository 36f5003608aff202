import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { openPlanCache } from "./plan-cache.ts";

const PLANNED = { plan: null, diagnostics: [], notes: ["one"], terraformVersion: "1.11.4" };

test("plans are kept outside of the checkout, where no pull request can put any", async () => {
  const home = await makeDirectory(onTestFinished);
  const checkout = path.join(home, "checkout");
  await mkdir(path.join(checkout, "infra"), { recursive: true });
  await symlink(path.join(checkout, "infra"), path.join(home, "link"));
  const open = (directory: string) => openPlanCache(directory, { workspace: checkout, checkout });
  for (const inside of [".", ".apex/cache", path.join(checkout, "infra/new"), "../link", "../link/new"]) {
    await expect(open(inside)).rejects.toThrow(/cache-directory: .* lies in the checkout/);
  }
  for (const outside of ["../cache", path.join(home, "checkout-plans")]) {
    const cache = await open(outside);
    await cache.put("key", PLANNED);
    expect(await cache.get("key")).toEqual(PLANNED);
  }
});
