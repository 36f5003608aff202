import { expect, it } from "vitest";
import { allServices, usualServices } from "./inventory/services.ts";
import { awsPermissions } from "./permissions.ts";

it("every permission is there once, only reads, and names what it is for", () => {
  const permissions = awsPermissions();
  const actions = permissions.map(({ action }) => action);
  expect(actions).toEqual([...new Set(actions)].toSorted());
  expect(actions.filter((action) => !/^[a-z][\w-]*:(?:Describe|List|Get)[A-Z]\w*$/.test(action))).toEqual([]);
  expect(permissions.filter(({ neededFor }) => neededFor.length === 0)).toEqual([]);
});

it("objects of buckets are read nowhere but in the bucket of billing exports", () => {
  const onObjects = awsPermissions().filter(({ action }) => /^s3:(?:GetObject|ListBucket)$/.test(action));
  expect(onObjects.map(({ resource }) => resource)).toEqual([
    "arn:aws:s3:::YOUR-EXPORT-BUCKET/*",
    "arn:aws:s3:::YOUR-EXPORT-BUCKET",
  ]);
});

it("Cost Explorer is paid for only where no export tells the bill, and servers in place of AWS have none", () => {
  const names = (options: Parameters<typeof usualServices>[0]) =>
    usualServices(options).map(({ name }) => name);
  expect(names({})).toEqual(allServices().map(({ name }) => name));
  expect(names({ billingExports: ["s3://bills/focus"] })).not.toContain("cost-explorer");
  // As if an earlier round had the export: Cost Explorer would write over its months.
  expect(names({ loadedBills: new Set(["s3://bills/focus"]) })).not.toContain("cost-explorer");
  expect(names({ costExplorerPages: 0 })).not.toContain("cost-explorer");
  expect(names({ endpointUrl: "http://127.0.0.1:5000" })).not.toContain("compute-optimizer");
});
