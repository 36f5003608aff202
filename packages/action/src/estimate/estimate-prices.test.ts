import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { loadPricing } from "./estimate-prices.ts";

async function workspaceWith(files: Readonly<Record<string, string>>): Promise<string> {
  const workspace = path.join(await makeDirectory(onTestFinished), "workspace");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(workspace, name)), { recursive: true });
    await writeFile(path.join(workspace, name), text);
  }
  return workspace;
}

const NOTHING = { priceSheets: [], usageFile: null };

test("private prices beside the workspace's files count without being named", async () => {
  const workspace = await workspaceWith({ "apex.prices.yaml": "schema: apex.prices/v1\ndiscounts: []\n" });
  await expect(loadPricing(workspace, NOTHING)).rejects.toThrow(
    /price-sheet: .*apex\.prices\.yaml has mistakes/,
  );
  expect((await loadPricing(await workspaceWith({ "a.txt": "" }), NOTHING)).basis).toBe(
    "on-demand list prices",
  );
});

test.each([
  ["out of the checkout", "../secret"],
  ["to git's own files", ".git/config"],
])("a link %s is not read, so no message quotes what it leads to", async (_, target) => {
  const workspace = await workspaceWith({ ".git/config": "header: [SECRET", "../secret": "header: [SECRET" });
  await symlink(target, path.join(workspace, "usage.yml"));
  const loading = loadPricing(workspace, { ...NOTHING, usageFile: "usage.yml" });
  await expect(loading).rejects.toThrow("usage-file: usage.yml is a link out of the checkout");
});

test("mistakes in a usage file are named", async () => {
  const workspace = await workspaceWith({ "usage.yml": "version: 7\n" });
  const loading = loadPricing(workspace, { ...NOTHING, usageFile: "usage.yml" });
  await expect(loading).rejects.toThrow(/usage-file: .*usage\.yml has mistakes:\n {2}.*version must be 0\.1/);
});
