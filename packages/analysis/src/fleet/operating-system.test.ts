import { COMMITTED_PRICES } from "@apex/catalog";
import { describe, expect, test } from "vitest";
import {
  instance,
  only,
  profile,
  quietIo,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";
import { defaultPolicy } from "../policy/policy.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { ec2Machine } from "../rules/ec2-machine.ts";
import { fleetOf } from "./fleet.ts";
import { groupLicence, operatingSystemOf, toldOperatingSystems } from "./operating-system.ts";

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
    ["SUSE Linux", "suse", 0],
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
    expect(operatingSystemOf(seen)).toEqual({
      operatingSystem: "windows",
      hasUnpricedPart: false,
      unknowns: [],
    });
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

  const load = profile("i-1", series("cpu_percent", 5), series("memory_used_percent", 20), ...quietIo());

  test("SUSE is never priced as Linux: without its own prices nothing is said to be saved", async () => {
    const analysis = await run([platform("SUSE Linux")], [load], { policy: only("ec2-idle") });
    expect(reasonOf(analysis, "ec2-idle")).toContain("no SUSE licence prices without a synced catalogue");
  });

  test("where a part of the licence has no price, a type with more vCPUs is no candidate", () => {
    const mostVcpus = (text: string) => {
      const found = ec2Machine({
        resource: platform(text),
        prices: COMMITTED_PRICES,
      });
      if (found.kind === "refused") throw new Error(found.reason);
      const all = machineCandidates(found.machine, found.market, defaultPolicy().candidates);
      return Math.max(...all.map(({ machine }) => machine.vcpu));
    };
    expect(mostVcpus("Linux/UNIX")).toBeGreaterThan(4);
    expect(mostVcpus("Ubuntu Pro")).toBe(4);
    expect(mostVcpus("Windows with SQL Server Standard")).toBe(4);
  });

  test.each([
    ["resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base", "windows"],
    ["resolve:ssm:/aws/service/suse/sles/15-sp6/x86_64/latest", "suse"],
    ["resolve:ssm:/aws/service/bottlerocket/aws-k8s-1.31/x86_64/latest/image_id", "linux"],
    ["ami-of-i-9", "rhel"],
    ["ami-unknown", "linux"],
  ])("a group's machines have the system of the image of its template: %s", (image_id, operatingSystem) => {
    const group = resource("aws_autoscaling_group", "workers", { launch_template: [{ id: "lt-1" }] });
    const template = resource("aws_launch_template", "lt-1", { image_id });
    const other = platform("Red Hat Enterprise Linux");
    const alike = { ...other, id: "i-9", attributes: { ...other.attributes, ami: "ami-of-i-9" } };
    const licence = groupLicence(fleetOf([group, template, alike], [], new Set()), group);
    expect(licence.operatingSystem).toBe(operatingSystem);
    expect(licence.unknowns).toHaveLength(image_id === "ami-unknown" ? 1 : 0);
  });

  test("a node group's machines have the system that its AMI type says", () => {
    const of = (ami_type: string) => {
      const nodes = resource("aws_eks_node_group", "shop:nodes", { ami_type });
      return groupLicence(fleetOf([nodes], [], new Set()), nodes);
    };
    expect(of("WINDOWS_CORE_2022_x86_64")).toMatchObject({ operatingSystem: "windows", unknowns: [] });
    expect(of("AL2023_x86_64_STANDARD")).toMatchObject({ operatingSystem: "linux", unknowns: [] });
    expect(of("CUSTOM").unknowns.join()).toContain("Linux prices are assumed");
  });

  test("a group of the same name in another region lends no member", () => {
    const group = resource("aws_autoscaling_group", "workers", {}, { region: "eu-west-1" });
    const member = { ...platform("Windows"), id: "i-9", tags: { "aws:autoscaling:groupName": "workers" } };
    expect(groupLicence(fleetOf([group, member], [], new Set()), group).operatingSystem).toBe("linux");
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

  test("a plan is priced with the systems that are told, and with none that is assumed", () => {
    const windows = "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base";
    const template = resource("aws_launch_template", "lt-1", { image_id: windows });
    const groups = ["workers", "others"].map((id) =>
      resource("aws_autoscaling_group", id, { launch_template: id === "workers" ? [{ id: "lt-1" }] : [] }),
    );
    const told = { ...platform("Red Hat Enterprise Linux"), address: "aws_instance.told" };
    const { address: _, ...unmanaged } = platform("Windows");
    const assumed = { ...instance("m5.large"), id: "i-2", address: "aws_instance.assumed" };
    expect(toldOperatingSystems([told, assumed, { ...unmanaged, id: "i-3" }, template, ...groups])).toEqual({
      "aws_instance.told": "rhel",
      "aws_autoscaling_group.workers": "windows",
    });
  });
});
