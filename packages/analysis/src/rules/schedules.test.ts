import { DAY_MS, type JsonObject, type Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../policy/policy.ts";
import {
  billed,
  instance,
  type Level,
  only,
  profile,
  quietIo,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

/** Working hours on the first five days of the week; the window begins on a Monday. */
const isWorking = ({ day, hour }: { day: number; hour: number }): boolean =>
  Math.floor(day) % 7 < 5 && hour >= 7 && hour < 17;

const atWork =
  (busy: number, quiet: number): Level =>
  (moment) =>
    isWorking(moment) ? busy : quiet;

function office(...more: Parameters<typeof profile>[1][]) {
  return [series("cpu_percent", atWork(70, 2)), ...quietIo(), ...more];
}

const EC2_ONLY = { policy: only("ec2-schedule") };

describe("ec2-schedule", () => {
  test("a machine that works in office hours is off for the rest, priced by the hours off", async () => {
    const found = recommended(
      await run([instance("m5.2xlarge")], [profile("i-1", ...office())], EC2_ONLY),
      "ec2-schedule",
    );
    expect(found).toMatchObject({
      action: "schedule",
      from: "m5.2xlarge",
      to: "on for 65 of 168 hours a week",
      changes: [],
      effort: "medium",
      restartRequired: true,
      risk: 1,
    });
    expect(found.summary).toContain(
      "stop it at 18:00 UTC on Mon, Tue, Wed, Thu, Fri and start it at 05:00 UTC on Mon, Tue, Wed, Thu, Fri",
    );
    // 0.384 an hour × 103/168 of 730 hours, rounded down to thousandths of an hour.
    expect(found.monthlySavings).toMatchObject({ list: "171.862656", net: null });
    // Every hour came back as it was, but none was seen at the end of a month.
    expect(found.confidence).toBeCloseTo((15 / 17) * 0.95);
    expect(found.evidence.dimensions[0]).toMatchObject({
      dimension: "cpu",
      percentile: "maximum of the hours off",
      demand: 2,
      maximum: 70,
      exceedance: 0,
    });
    expect(found.evidence.notes.join()).toContain("needs an IAM role");
    expect(found.unknowns.join()).toContain("holidays");
  });

  test("what a commitment pays for saves nothing when it is off, and that is said", async () => {
    const over = { ...EC2_ONLY, costs: [billed("i-1", 1)] };
    const found = recommended(
      await run([instance("m5.2xlarge")], [profile("i-1", ...office())], over),
      "ec2-schedule",
    );
    expect(found.monthlySavings.net).toBe("0");
    expect(found.evidence.notes.join()).toContain("A commitment pays for all of it");
  });

  test("one busy night in one of the weeks is enough to keep that night on", async () => {
    const cpu: Level = (moment) => (moment.day > 8 && moment.day < 8.2 ? 40 : isWorking(moment) ? 70 : 2);
    const all = [series("cpu_percent", cpu), ...quietIo()];
    const found = recommended(
      await run([instance("m5.2xlarge")], [profile("i-1", ...all)], EC2_ONLY),
      "ec2-schedule",
    );
    expect(found.to).toBe("on for 72 of 168 hours a week");
  });

  test("what is not known keeps it on", async () => {
    const machine = instance("m5.2xlarge");
    const said = async (level: Resource, ...all: Parameters<typeof profile>[1][]) =>
      reasonOf(await run([level], [profile("i-1", ...all)], EC2_ONLY), "ec2-schedule");
    expect(await said(machine, series("cpu_percent", atWork(70, 2)))).toContain(
      "no hours can be called idle without network",
    );
    const short = series("cpu_percent", atWork(70, 2), {
      window: { startMs: Date.UTC(2026, 5, 3), endMs: Date.UTC(2026, 5, 15) },
    });
    expect(await said(machine, short, ...quietIo())).toContain("12.0 days do not show every hour");
    const tagged = { ...machine, tags: { Schedule: "office-hours" } };
    expect(await said(tagged, ...office())).toContain("its tag Schedule");
    const withDisks = instance("m5d.2xlarge");
    expect(await said(withDisks, ...office())).toContain("would wipe its 300 GB");
  });

  test("hours that were idle in both weeks by chance are no pattern, and few that did not come back cost confidence", async () => {
    const said = async (level: Level) => {
      const all = [series("cpu_percent", level), ...quietIo()];
      return run([instance("m5.2xlarge")], [profile("i-1", ...all)], EC2_ONLY);
    };
    // Every other night is worked: in one week the even ones, in the other the odd ones.
    const erratic: Level = (moment) => {
      const night = Math.floor(moment.day);
      const isLong = night % 2 === 0 && night < 12 && moment.hour >= 20;
      return isWorking(moment) || isLong ? 70 : 2;
    };
    expect(reasonOf(await said(erratic), "ec2-schedule")).toContain("its idle hours are no pattern");
    // One night of the second week, two hours.
    const once: Level = (moment) => (moment.day > 8 && moment.day < 8.08 ? 40 : isWorking(moment) ? 70 : 2);
    const found = recommended(await said(once), "ec2-schedule");
    expect(found.evidence.confidenceFactors["repeats"]).toBeLessThan(0.8);
    expect(found.evidence.confidenceFactors["repeats"]).toBeGreaterThan(0.5);
  });

  test("nights that are worked through lately are no pattern any more", async () => {
    const cpu: Level = (moment) => (isWorking(moment) || moment.day >= 12 ? 70 : 2);
    const all = [series("cpu_percent", cpu), ...quietIo()];
    expect(
      reasonOf(await run([instance("m5.2xlarge")], [profile("i-1", ...all)], EC2_ONLY), "ec2-schedule"),
    ).toContain("its new weeks are not seen yet");
  });

  test("a machine that is never or always idle is no case for a schedule", async () => {
    for (const level of [1, 60]) {
      const all = [series("cpu_percent", level), ...quietIo()];
      const analysis = await run([instance("m5.2xlarge")], [profile("i-1", ...all)]);
      expect(analysis.recommendations.map(({ rule }) => rule)).not.toContain("ec2-schedule");
      expect(analysis.abstentions.map(({ rule }) => rule)).not.toContain("ec2-schedule");
    }
  });

  test("a public address that is not an Elastic IP is told, with one it is not", async () => {
    const machine = instance("m5.2xlarge");
    const open = { ...machine, attributes: { ...machine.attributes, public_ip: "203.0.113.7" } };
    const eip = resource("aws_eip", "eipalloc-1", { instance: "i-1", public_ip: "203.0.113.7" });
    const notes = async (...all: Resource[]) =>
      recommended(
        await run(all, [profile("i-1", ...office())], EC2_ONLY),
        "ec2-schedule",
      ).evidence.notes.join();
    expect(await notes(open)).toContain("changes with every start");
    expect(await notes(open, eip)).not.toContain("changes with every start");
  });

  test("a GPU that computes at night keeps the machine on", async () => {
    const all = [...office(), series("gpu_sm_active_percent", 40, { part: "gpu-0" })];
    const analysis = await run([instance("g5.xlarge")], [profile("i-1", ...all)], EC2_ONLY);
    expect(analysis.recommendations).toEqual([]);
  });

  test("a smaller size is priced on the hours that the schedule leaves on", async () => {
    const io = quietIo();
    const all = [series("cpu_percent", atWork(20, 2)), series("memory_used_percent", 10), ...io];
    const policy = { ...defaultPolicy(), rules: { ...only("ec2-schedule").rules, "ec2-resize": true } };
    const machine = instance("m5.4xlarge");
    const alone = recommended(
      await run([machine], [profile("i-1", ...all)], { policy: only("ec2-resize") }),
      "ec2-resize",
    );
    const both = await run([machine], [profile("i-1", ...all)], { policy });
    const resize = recommended(both, "ec2-resize");
    expect(resize.to).toBe(alone.to);
    expect(Number(resize.monthlySavings.list)).toBeCloseTo((Number(alone.monthlySavings.list) * 65) / 168, 2);
    expect(resize.evidence.notes.join()).toContain("the hours that its schedule leaves it on");
    expect(recommended(both, "ec2-schedule").to).toBe("on for 65 of 168 hours a week");
  });
});

function group(attributes: JsonObject = {}) {
  return resource("aws_autoscaling_group", "workers", {
    name: "workers",
    min_size: 2,
    max_size: 6,
    desired_capacity: 3,
    launch_template: [{ id: "lt-1", name: "workers", version: "$Latest" }],
    ...attributes,
  });
}

const TEMPLATE = resource("aws_launch_template", "lt-1", {
  name: "workers",
  instance_type: "c5.2xlarge",
  block_device_mappings: [
    { device_name: "/dev/xvda", ebs: [{ volume_type: "gp3", volume_size: 50, iops: 0, throughput: 0 }] },
  ],
});

describe("asg-schedule", () => {
  const over = { policy: only("asg-schedule") };

  test("two scheduled actions beside the group, one to no instances and one back", async () => {
    const analysis = await run([group(), TEMPLATE], [profile("workers", ...office())], over);
    const found = recommended(analysis, "asg-schedule");
    expect(found).toMatchObject({ action: "schedule", effort: "low", from: "2 instances at least" });
    const attributes = (name: string, recurrence: string, size: number, desired: number) => ({
      kind: "add-resource",
      besideAddress: "aws_autoscaling_group.workers",
      type: "aws_autoscaling_schedule",
      name: `workers_${name}`,
      attributes: {
        scheduled_action_name: `workers-${name}`,
        autoscaling_group_name: { ref: "name" },
        recurrence,
        time_zone: "Etc/UTC",
        min_size: size,
        desired_capacity: desired,
        max_size: -1,
      },
    });
    expect(found.changes).toEqual([
      attributes("stop", "0 18 * * 1,2,3,4,5", 0, 0),
      attributes("start", "0 5 * * 1,2,3,4,5", 2, 3),
    ]);
    // 2 × (0.34 an hour + 50 GB of gp3 at 0.08 a month) for 103 of 168 hours.
    expect(Number(found.monthlySavings.list)).toBeCloseTo((2 * (0.34 * 730 + 4) * 103) / 168, 2);
    expect(found.evidence.notes.join()).toContain("Counted for the 2 instances of its floor");
  });

  test("in a time zone the hours are those of its clocks, which change in the look-back, and so are the actions'", async () => {
    // Summer time began in Berlin on the 29th of March: nine o'clock was 08:00 UTC before, 07:00 UTC after.
    const window = { startMs: Date.UTC(2026, 2, 22), endMs: Date.UTC(2026, 3, 5) };
    const isAtWork = (index: number): boolean => {
      const hour = Math.floor(index / 12) + (index * 300_000 < 7 * DAY_MS + 3_600_000 ? 1 : 2);
      // The window begins on a Sunday.
      return [1, 2, 3, 4, 5].includes(Math.floor(hour / 24) % 7) && hour % 24 >= 9 && hour % 24 < 17;
    };
    const levels = { window };
    const load = profile(
      "workers",
      series("cpu_percent", ({ index }) => (isAtWork(index) ? 70 : 2), levels),
      series("network_in_bytes_per_second", 20, levels),
      series("network_out_bytes_per_second", 10, levels),
    );
    const policy = { ...over.policy, schedule: { ...over.policy.schedule, timezone: "Europe/Berlin" } };
    const found = recommended(await run([group(), TEMPLATE], [load], { policy, window }), "asg-schedule");
    expect(found.to).toBe("on for 55 of 168 hours a week");
    expect(found.summary).toContain("stop it at 18:00 Europe/Berlin time on Mon, Tue, Wed, Thu, Fri");
    expect(found.changes.map((change) => ("attributes" in change ? change.attributes : {}))).toEqual([
      expect.objectContaining({ recurrence: "0 18 * * 1,2,3,4,5", time_zone: "Europe/Berlin" }),
      expect.objectContaining({ recurrence: "0 7 * * 1,2,3,4,5", time_zone: "Europe/Berlin" }),
    ]);
    expect(found.evidence.notes.join()).toContain(
      "times are those of Europe/Berlin, and move with its clocks",
    );
    const utc = await run([group(), TEMPLATE], [load], { ...over, window });
    expect(utc.recommendations.map(({ to }) => to)).not.toContain(found.to);
  });

  test("a group with scheduled actions of its own is left alone", async () => {
    const action = resource("aws_autoscaling_schedule", "night", {
      autoscaling_group_name: "workers",
      scheduled_action_name: "night",
    });
    const analysis = await run([group(), TEMPLATE, action], [profile("workers", ...office())], over);
    expect(reasonOf(analysis, "asg-schedule")).toBe("it has scheduled actions already (night)");
  });

  test.each([
    [{ protect_from_scale_in: true }, "protected from scaling in"],
    [
      { suspended_processes: ["AZRebalance", "ScheduledActions"] },
      "its process ScheduledActions is suspended",
    ],
  ])("a group that would not follow a schedule is left alone: %j", async (attributes, reason) => {
    const analysis = await run([group(attributes), TEMPLATE], [profile("workers", ...office())], over);
    expect(reasonOf(analysis, "asg-schedule")).toContain(reason);
  });

  test("outside of Terraform it is recommended without an edit", async () => {
    const { address: _, ...found } = group();
    const analysis = await run([found, TEMPLATE], [profile("workers", ...office())], over);
    expect(recommended(analysis, "asg-schedule").changes).toEqual([]);
  });

  test("a lower floor gives way to it", async () => {
    const policy = {
      ...defaultPolicy(),
      rules: { ...only("asg-schedule").rules, "asg-floor": true },
    };
    const all = [...office(), series("memory_used_percent", 5), series("asg_in_service_instances", 8)];
    const quiet = all.map((one) =>
      one.metric === "cpu_percent" ? series("cpu_percent", atWork(12, 2)) : one,
    );
    const large = group({ min_size: 8, max_size: 24, desired_capacity: 8 });
    const analysis = await run([large, TEMPLATE], [profile("workers", ...quiet)], { policy });
    expect(analysis.recommendations.map(({ rule }) => rule)).toEqual(["asg-schedule"]);
    expect(reasonOf(analysis, "asg-floor")).toContain("asg-schedule already covers it");
  });
});

describe("rds-schedule", () => {
  const over = { policy: only("rds-schedule") };
  const database = (attributes: JsonObject = {}) =>
    resource("aws_db_instance", "shop", {
      identifier: "shop",
      instance_class: "db.r5.xlarge",
      engine: "postgres",
      multi_az: false,
      status: "available",
      ...attributes,
    });
  const connections = profile("shop", series("database_connections", atWork(12, 0)));

  test("a database without connections at night is off at night, without an edit", async () => {
    const found = recommended(await run([database()], [connections], over), "rds-schedule");
    expect(found).toMatchObject({ action: "schedule", from: "db.r5.xlarge", changes: [] });
    // 0.5 an hour.
    expect(Number(found.monthlySavings.list)).toBeCloseTo((0.5 * 730 * 103) / 168, 2);
  });

  test("one pooled connection at night keeps it on", async () => {
    const pooled = profile("shop", series("database_connections", atWork(12, 1)));
    const analysis = await run([database()], [pooled], over);
    expect(reasonOf(analysis, "rds-schedule")).toContain("0 of 168 hours of the week are idle");
  });

  test("what cannot be stopped is left alone", async () => {
    const analysis = await run([database({ replicas: ["shop-2"] })], [connections], over);
    expect(reasonOf(analysis, "rds-schedule")).toContain("read replicas cannot be stopped");
  });
});
