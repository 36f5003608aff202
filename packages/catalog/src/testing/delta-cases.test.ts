import { describe, expect, test } from "vitest";
import { workOut } from "./arithmetic.ts";
import { changedAttribute, type DeltaTable, measureDelta } from "./delta-cases.ts";

describe("a sum written by hand", () => {
  test.each([
    ["50 GB x 0.08", "4"],
    ["730 h x (0.192 - 0.096)", "70.08"],
    ["-(1,000 IOPS x 0.005 + 2 MB/s) / 4", "-1.75"],
    ["0.1 + 0.2", "0.3"],
  ])("%s", (text, result) => expect(workOut(text)).toBe(result));

  test.each(["50 x", "(1 + 2", "2 3", "", "1 = 1"])("%j is none", (text) => {
    expect(() => workOut(text)).toThrow(Error);
  });
});

const MACHINE: DeltaTable = {
  type: "aws_instance",
  base: { instance_type: "m5.large" },
  others: { "aws_launch_template.app": { id: "lt-1", name: "app", instance_type: "m5.large" } },
  cases: [],
};

describe("a case", () => {
  test("changes one attribute, also in a block that is not there yet", () => {
    const root = { root_block_device: [{ volume_type: "gp3", volume_size: 20 }] };
    const grown = ["root_block_device.volume_size", 30, "0.8", "", root] as const;
    expect(measureDelta(MACHINE, grown)).toMatchObject({ delta: "0.8", back: "-0.8" });
    const added = ["ebs_block_device.volume_size", 10, "1", ""] as const;
    expect(measureDelta(MACHINE, added).delta).toBe("1");
    expect(changedAttribute(MACHINE, added)).toBe("aws_instance: ebs_block_device.volume_size");
  });

  test("may change another resource of the plan", () => {
    const table = { ...MACHINE, base: { launch_template: [{ id: "lt-1" }] } };
    const change = ["aws_launch_template.app: instance_type", "m5.xlarge", "70.08", ""] as const;
    expect(measureDelta(table, change).delta).toBe("70.08");
    expect(changedAttribute(table, change)).toBe("aws_launch_template: instance_type");
  });

  test("tells why the cost is not known any more", () => {
    const { delta } = measureDelta(MACHINE, ["instance_type", "m5.huge", "unknown", ""]);
    expect(delta).toMatch(/^unknown: the catalogue does not know the machine type m5\.huge/);
  });

  test("sees what was read, also of what is not there", () => {
    const { reads } = measureDelta(MACHINE, ["instance_type", "m5.xlarge", "70.08", ""]);
    expect([...reads]).toEqual(
      expect.arrayContaining(["aws_instance: instance_type", "aws_instance: root_block_device"]),
    );
  });
});
