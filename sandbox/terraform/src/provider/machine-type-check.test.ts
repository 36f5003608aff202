import { expect, test } from "vitest";
import { UNKNOWN } from "./dynamic-value.ts";
import { checkMachineType, nearestNames } from "./machine-type-check.ts";

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
