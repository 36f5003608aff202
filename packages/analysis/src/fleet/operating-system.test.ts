import { describe, expect, test } from "vitest";
import { instance, only, profile, quietIo, recommended, resource, run, series } from "../testing/builders.ts";
import { operatingSystemOf } from "./operating-system.ts";

const platform = (text: string) => {
  const machine = instance("m5.xlarge");
  return { ...machine, attributes: { ...machine.attributes, platform_details: text } };
};

describe("what a licence is paid for", () => {
  test.each([
    ["Linux/UNIX", "linux", 0],
    ["Red Hat Enterprise Linux", "rhel", 0],
    ["Red Hat Enterprise Linux with HA", "rhel", 1],
    ["Red Hat BYOL Linux", "linux", 0],
    ["SUSE Linux", "linux", 1],
    ["Ubuntu Pro", "linux", 1],
    ["Windows", "windows", 0],
    ["Windows BYOL", "linux", 0],
    ["Windows with SQL Server Standard", "windows", 1],
    ["SQL Server Web", "linux", 1],
    ["Haiku", "linux", 1],
  ])("%s", (text, operatingSystem, unknowns) => {
    const licence = operatingSystemOf(platform(text));
    expect(licence.operatingSystem).toBe(operatingSystem);
    expect(licence.unknowns).toHaveLength(unknowns);
  });

  test("the inventory's word counts where Terraform has none", () => {
    const seen = instance("m5.xlarge", { observed: { at: "2026-06-15T00:00:00Z", platform: "Windows" } });
    expect(operatingSystemOf(seen)).toEqual({ operatingSystem: "windows", unknowns: [] });
    expect(operatingSystemOf(instance("m5.xlarge")).unknowns.join()).toContain("Linux prices are assumed");
  });

  test("SQL Server's part is never counted as saved", async () => {
    const all = profile("i-1", series("cpu_percent", 5), series("memory_used_percent", 20), ...quietIo());
    const over = { policy: only("ec2-resize") };
    const plain = recommended(await run([platform("Windows")], [all], over), "ec2-resize");
    const sql = recommended(
      await run([platform("Windows with SQL Server Standard")], [all], over),
      "ec2-resize",
    );
    expect(sql.monthlySavings.list).toBe(plain.monthlySavings.list);
    expect(sql.unknowns.join()).toContain("for four at least");
  });

  test("a group's machines are priced with the licence of a member", async () => {
    const group = resource("aws_autoscaling_group", "workers", {
      name: "workers",
      min_size: 2,
      max_size: 4,
      launch_template: [{ id: "lt-1", name: "workers", version: "$Latest" }],
    });
    const template = resource("aws_launch_template", "lt-1", { name: "workers", instance_type: "m5.xlarge" });
    const member = { ...platform("Windows"), id: "i-9", tags: { "aws:autoscaling:groupName": "workers" } };
    const night = series("cpu_percent", ({ hour }) => (hour < 12 ? 60 : 1));
    const over = { policy: only("asg-schedule") };
    const of = async (...resources: Parameters<typeof run>[0][number][]) =>
      recommended(await run(resources, [profile("workers", night, ...quietIo())], over), "asg-schedule");
    const linux = await of(group, template);
    const windows = await of(group, template, member);
    // 0.192 an hour, and 4 × 0.046 for Windows.
    expect(Number(windows.monthlySavings.list) / Number(linux.monthlySavings.list)).toBeCloseTo(
      0.376 / 0.192,
    );
    expect(linux.unknowns.join()).toContain("Linux prices are assumed");
    expect(windows.unknowns.join()).not.toContain("Linux prices");
  });
});
