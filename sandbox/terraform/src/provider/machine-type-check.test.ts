import { expect, test } from "vitest";
import { UNKNOWN } from "./dynamic-value.ts";
import { checkMachineType } from "./machine-type-check.ts";
import { nearestNames } from "./nearest-names.ts";

const TYPES = {
  "aws_instance.instance_type": ["m5.large", "m5.xlarge", "t3.micro"],
  "google_compute_instance.machine_type": ["n2-standard-2"],
};

test("the nearest names come first, and none when nothing is near", () => {
  expect(nearestNames("m5.larg", TYPES["aws_instance.instance_type"])[0]).toBe("m5.large");
  expect(nearestNames("zzzzzzzzzz", TYPES["aws_instance.instance_type"])).toEqual([]);
  expect(nearestNames("", [])).toEqual([]);
});

test("known types, unknown values, URLs, custom types and other resources pass", () => {
  const check = (type: string, config: Parameters<typeof checkMachineType>[1]) =>
    checkMachineType(type, config, TYPES);
  expect(check("aws_instance", { instance_type: "m5.large" })).toEqual([]);
  expect(check("aws_instance", { instance_type: UNKNOWN })).toEqual([]);
  expect(check("aws_instance", {})).toEqual([]);
  expect(check("aws_spot_instance_request", { instance_type: "nope" })).toEqual([]);
  expect(check("google_compute_instance", { machine_type: "zones/z/machineTypes/n2-standard-2" })).toEqual(
    [],
  );
  expect(check("google_compute_instance", { machine_type: "n2-custom-6-20480" })).toEqual([]);
  expect(check("google_compute_instance", { machine_type: "custom-6-20480-ext" })).toEqual([]);
  expect(check("google_compute_instance", { machine_type: "n2-standard-3" })).toMatchObject([
    { severity: "ERROR", attribute: { steps: [{ attribute_name: "machine_type" }] } },
  ]);
});

const AWS = ["m5.large", "m5.xlarge", "m7i.large", "t3.micro", "c5.large", "u-6tb1.metal", "x2iedn.xlarge"];
const GOOGLE = ["n1-standard-1", "n2-standard-2", "n2-highmem-4", "e2-small", "e2-standard-2", "f1-micro"];

test.each([
  ["a size that the family does not have", "m5.lrage", "ERROR"],
  ["a size of no family", "m5.17xlarge", "ERROR"],
  ["two letters exchanged in the family", "5m.large", "ERROR"],
  ["a series that may be new", "mm5.large", "WARNING"],
  ["a series of one letter that may be new", "a1.large", "WARNING"],
  ["bare metal in a known family", "m7i.metal-96xl", "WARNING"],
  ["no dot", "m5large", "ERROR"],
  ["a mistyped size in a new family", "m8g.lage", "WARNING"],
  ["a new generation", "m8g.large", "WARNING"],
  ["a variant of a generation", "m5zn.xlarge", "WARNING"],
  ["a generation that will not come soon", "m55.large", "ERROR"],
  ["a series of which nothing is near", "hpc7g.16xlarge", "WARNING"],
  ["another series of large machines", "u7in-16tb.224xlarge", "WARNING"],
  ["nothing", "", "WARNING"],
  ["no machine type at all", "x".repeat(100_000), "WARNING"],
  ["a known name in capitals", "M5.large", "ERROR"],
] as const)("of AWS, %s: %s is of severity %s", (_name, instance_type, severity) => {
  const found = checkMachineType("aws_instance", { instance_type }, { "aws_instance.instance_type": AWS });
  expect(found.map((diagnostic) => diagnostic.severity)).toEqual([severity]);
});

test.each([
  ["a size that the family does not have", "n2-standard-3", "ERROR"],
  ["a mistyped class", "n2-standrad-2", "ERROR"],
  ["a new series", "n4-standard-2", "WARNING"],
  ["a new series with disks", "c4-standard-8-lssd", "WARNING"],
  ["a new class", "n2-ultramem-4", "WARNING"],
  ["a missing dash", "e2small", "ERROR"],
  ["a mistyped small one", "e2-smal", "ERROR"],
  ["a new small one", "e5-small", "WARNING"],
  ["a new number of vCPUs in a new series", "z3-highmem-176", "WARNING"],
  ["a series with two letters", "ct3-hightpu-4t", "WARNING"],
  ["a class without a size", "n2-standard", "ERROR"],
] as const)("of Google, %s: %s is of severity %s", (_name, machine_type, severity) => {
  const list = { "google_compute_instance.machine_type": GOOGLE };
  const found = checkMachineType("google_compute_instance", { machine_type }, list);
  expect(found.map((diagnostic) => diagnostic.severity)).toEqual([severity]);
});

test("a warning says that the catalogue may be behind, and what is near", () => {
  const list = { "aws_instance.instance_type": AWS };
  const [found] = checkMachineType("aws_instance", { instance_type: "m8i.large" }, list);
  expect(found?.detail).toBe(
    'Apex\'s catalogue has no "m8i.large" for aws_instance.instance_type. It may be newer than the catalogue; its price and size are unknown. The nearest names in it: "m7i.large", "m5.large", "c5.large".',
  );
});
