import type { IntendedChange, ObservedFacts, Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { noEditReason } from "./no-edit.ts";
import { profile, reasonOf, recommended, resource, run, series, WINDOW } from "../testing/builders.ts";

const AT = "2026-06-15T00:00:00Z";

function seen(facts: Partial<ObservedFacts>): { readonly observed: ObservedFacts } {
  return { observed: { at: AT, ...facts } };
}

const removed = (changes: readonly IntendedChange[]) =>
  changes.map((change) => (change.kind === "remove-resource" ? change.address : change.kind));

describe("eip-idle", () => {
  const FREE = { public_ip: "203.0.113.7", association_id: "", instance: "", network_interface: "" };
  const address = (attributes = {}, over: Partial<Resource> = {}): Resource =>
    resource("aws_eip", "eipalloc-1", { ...FREE, ...attributes }, over);

  test("an address of a state that is associated with nothing is released, with the doubt that a state leaves", async () => {
    const found = recommended(await run([address()], []), "eip-idle");
    expect(found).toMatchObject({
      action: "release",
      // 0.005 × 730
      monthlySavings: { list: "3.65", net: "3.65", realised: "on-merge" },
      risk: 1,
      effort: "low",
    });
    expect(removed(found.changes)).toEqual(["aws_eip.eipalloc_1"]);
    expect(found.confidence).toBeCloseTo((2 / 3) * 0.5 * 0.93, 10);
    expect(found.rollback).toContain("nobody else");
  });

  test("an inventory that shows since when it is free is believed further, and has nothing to write", async () => {
    const facts = seen({ usedBy: [], stateSince: "2026-05-01T00:00:00Z" });
    const live = resource("aws_eip", "eipalloc-1", { public_ip: "203.0.113.7" }, facts);
    const { address: _, ...unmanaged } = live;
    const found = recommended(await run([unmanaged], []), "eip-idle");
    expect(found.confidence).toBeCloseTo(0.93, 10);
    expect(found.changes).toEqual([]);
    expect(found.address).toBeNull();
  });

  const kept: readonly (readonly [string, readonly Resource[], string])[] = [
    ["an instance", [address({ instance: "i-1" })], "in use: i-1"],
    ["an interface", [address({ network_interface: "eni-1" })], "in use: eni-1"],
    ["an inventory that names its user", [address({}, seen({ usedBy: ["eni-2"] }))], "in use: eni-2"],
    [
      "a NAT gateway",
      [address(), resource("aws_nat_gateway", "nat-1", { allocation_id: "eipalloc-1" })],
      "aws_nat_gateway.nat_1",
    ],
    [
      "an association of its own",
      [address(), resource("aws_eip_association", "a-1", { allocation_id: "eipalloc-1" })],
      "aws_eip_association.a_1",
    ],
    [
      "a network load balancer",
      [
        address(),
        resource("aws_lb", "net/x/1", {
          load_balancer_type: "network",
          subnet_mapping: [{ allocation_id: "eipalloc-1" }],
        }),
      ],
      "aws_lb.net_x_1",
    ],
    [
      "a DNS record",
      [address(), resource("aws_route53_record", "z_www", { records: ["203.0.113.7"] })],
      "DNS record aws_route53_record.z_www points to it",
    ],
    ["reverse DNS", [address({ ptr_record: "mail.example.com." })], "reverse DNS"],
    ["an own pool", [address({ public_ipv4_pool: "ipv4pool-ec2-1" })], "own pool"],
    [
      "a fresh association's end",
      [address({}, seen({ usedBy: [], stateSince: "2026-06-12T00:00:00Z" }))],
      "free for 3.0 days, 7 are needed",
    ],
    ["a region without a price", [address({}, { region: "ap-south-2" })], "price is not known"],
  ];
  test.each(kept)("%s keeps it", async (_, resources, reason) => {
    expect(reasonOf(await run(resources, []), "eip-idle")).toContain(reason);
  });

  test("what neither the state nor the inventory tells is not taken for free", async () => {
    const bare = resource("aws_eip", "eipalloc-1", { public_ip: "203.0.113.7" });
    expect(reasonOf(await run([bare], []), "eip-idle")).toContain("neither the state nor the inventory");
  });
});

describe("nat-idle", () => {
  const gateway = (over: Partial<Resource> = {}): Resource =>
    resource("aws_nat_gateway", "nat-1", { allocation_id: "eipalloc-1", connectivity_type: "public" }, over);
  const silent = profile("nat-1", series("nat_bytes_out_per_second", 0), series("nat_active_connections", 0));

  test("a gateway that nothing went out through goes with its routes; its address stays", async () => {
    const routes = ["nat-1", "nat-2"].map((id, at) =>
      resource("aws_route", `r-${at}`, { nat_gateway_id: id, destination_cidr_block: "0.0.0.0/0" }),
    );
    const found = recommended(await run([gateway(), ...routes], [silent]), "nat-idle");
    // 0.045 × 730
    expect(found.monthlySavings).toMatchObject({ list: "32.85", net: "32.85" });
    expect(removed(found.changes)).toEqual(["aws_nat_gateway.nat_1", "aws_route.r_0"]);
    expect(found.evidence.dimensions.map(({ dimension }) => dimension)).toEqual(["network", "connections"]);
    expect(found.evidence.notes.join()).toContain("Elastic IP stays");
  });

  const table = (type: string, id: string, ...routes: readonly { readonly nat_gateway_id: string }[]) =>
    resource(type, id, {
      route: routes.map((route) => ({ cidr_block: "0.0.0.0/0", ipv6_cidr_block: "", ...route })),
    });

  test.each(["aws_route_table", "aws_default_route_table"])(
    "a route that %s holds in a block of its own keeps the edit back, and says what to do first",
    async (type) => {
      const inline = table(type, "rtb-1", { nat_gateway_id: "nat-1" });
      const found = recommended(await run([gateway(), inline], [silent]), "nat-idle");
      expect(found.changes).toEqual([]);
      expect(noEditReason(found)).toBe(
        `route blocks of ${type}.rtb_1 lead to it; take them out with the gateway`,
      );
    },
  );

  test("a route of its own that the table's state repeats goes as before, and another gateway's route is none of it", async () => {
    const route = resource("aws_route", "r-1", {
      nat_gateway_id: "nat-1",
      route_table_id: "rtb-1",
      destination_cidr_block: "0.0.0.0/0",
    });
    const tables = [
      table("aws_route_table", "rtb-1", { nat_gateway_id: "nat-1" }),
      table("aws_route_table", "rtb-2", { nat_gateway_id: "nat-2" }),
    ];
    const found = recommended(await run([gateway(), route, ...tables], [silent]), "nat-idle");
    expect(removed(found.changes)).toEqual(["aws_nat_gateway.nat_1", "aws_route.r_1"]);
  });

  test("a route table that only the inventory knows keeps the edit back", async () => {
    const found = recommended(
      await run([gateway(seen({ state: "available", usedBy: ["rtb-9"] }))], [silent]),
      "nat-idle",
    );
    expect(found.changes).toEqual([]);
    const why = "routes of rtb-9, which the state does not hold, lead to it; take them out first";
    expect(noEditReason(found)).toBe(why);
    // A table of the state to which somebody added the route by hand.
    const drifted = [
      gateway(seen({ state: "available", usedBy: ["rtb-9"] })),
      table("aws_route_table", "rtb-9"),
    ];
    expect(noEditReason(recommended(await run(drifted, [silent]), "nat-idle"))).toBe(why);
    const own = resource("aws_route", "r-9", { nat_gateway_id: "nat-1", route_table_id: "rtb-9" });
    const whole = recommended(await run([...drifted, own], [silent]), "nat-idle");
    expect(removed(whole.changes)).toHaveLength(2);
  });

  test("one packet in the look-back keeps it, and so does not knowing", async () => {
    const one = profile(
      "nat-1",
      series("nat_bytes_out_per_second", ({ index }) => (index === 9 ? 0.2 : 0)),
    );
    expect(reasonOf(await run([gateway()], [one]), "nat-idle")).toContain("it is not idle");
    expect(reasonOf(await run([gateway()], []), "nat-idle")).toContain(
      "nat_bytes_out_per_second is not measured",
    );
    const few = series("nat_bytes_out_per_second", ({ day }) => (day < 9 ? undefined : 0));
    expect(reasonOf(await run([gateway()], [profile("nat-1", few)]), "nat-idle")).toContain("7 are needed");
    const gone = gateway(seen({ state: "deleted" }));
    expect(reasonOf(await run([gone], [silent]), "nat-idle")).toBe("it is deleted");
  });

  test("connections that are not measured are said to be unknown", async () => {
    const bytes = profile("nat-1", series("nat_bytes_out_per_second", 0));
    const found = recommended(await run([gateway()], [bytes]), "nat-idle");
    expect(found.unknowns).toContain("connections: nat_active_connections is not measured");
  });
});

describe("lb-idle", () => {
  const ARN = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/web/1";
  const balancer = (attributes = {}, over: Partial<Resource> = {}): Resource =>
    resource(
      "aws_lb",
      "app/web/1",
      { load_balancer_type: "application", enable_deletion_protection: false, ...attributes },
      { aliases: [ARN], ...over },
    );
  /** Requests a day, spread evenly. */
  const asked = (daily: number, id = "app/web/1") =>
    profile(id, series("lb_request_count_per_second", daily / 86_400));
  const other = resource("aws_lb", "app/other/2", { load_balancer_type: "application" });

  test("a balancer that hardly anybody asks goes with its listeners and rules", async () => {
    const listener = resource("aws_lb_listener", "l-arn", { load_balancer_arn: ARN });
    const rule = resource("aws_lb_listener_rule", "r-arn", { listener_arn: "l-arn" });
    const others = resource("aws_lb_listener", "l2-arn", { load_balancer_arn: "other" });
    const found = recommended(await run([balancer(), listener, rule, others], [asked(9)]), "lb-idle");
    // 0.0225 × 730
    expect(found).toMatchObject({ action: "release", monthlySavings: { list: "16.425" } });
    expect(removed(found.changes)).toEqual([
      "aws_lb.app_web_1",
      "aws_lb_listener_rule.r_arn",
      "aws_lb_listener.l_arn",
    ]);
  });

  test("eleven requests on one day keep it", async () => {
    const burst = series("lb_request_count_per_second", ({ index }) => (index === 100 ? 11 / 300 : 0));
    expect(reasonOf(await run([balancer()], [profile("app/web/1", burst)]), "lb-idle")).toContain(
      "busiest day of lb_request_count_per_second is 11 requests a day, above 10",
    );
  });

  test("without samples it is not called idle, unless it has no target and others of its type were measured", async () => {
    const empty = balancer({}, seen({ usedBy: [] }));
    const full = balancer({}, seen({ usedBy: ["i-1"] }));
    const measured = [asked(10_000, "app/other/2")];
    expect(reasonOf(await run([balancer(), other], measured), "lb-idle")).toContain("not measured");
    expect(reasonOf(await run([full, other], measured), "lb-idle")).toContain("not measured");
    expect(reasonOf(await run([empty], []), "lb-idle")).toContain("no requests were measured for any");
    const found = recommended(await run([empty, other], measured), "lb-idle");
    expect(found.summary).toContain("no healthy target");
    expect(found.confidence).toBeCloseTo(0.75 * 0.93, 10);
    expect(found.unknowns.join()).toContain("publishes only while requests flow");
  });

  test("a balancer that was made yesterday has not been silent for long", async () => {
    const fresh = balancer({}, seen({ usedBy: [], createdAt: "2026-06-13T12:00:00Z" }));
    const analysis = await run([fresh, other], [asked(10_000, "app/other/2")]);
    expect(reasonOf(analysis, "lb-idle")).toContain("it is known for 1.5 days, 7 are needed");
  });

  test("scattered requests count by the day, with targets or without", async () => {
    const empty = balancer({}, seen({ usedBy: [] }));
    const scattered = (each: number, days = 14) =>
      profile(
        "app/web/1",
        series("lb_request_count_per_second", ({ index, day }) =>
          index % 288 === 5 && day < days ? each / 300 : undefined,
        ),
      );
    for (const one of [empty, balancer()]) {
      const found = recommended(await run([one], [scattered(10)]), "lb-idle");
      expect(found.confidence).toBeCloseTo(0.75 * 0.93, 10);
      expect(reasonOf(await run([one], [scattered(12)]), "lb-idle")).toContain(
        "12 requests came on the busiest day",
      );
    }
    expect(reasonOf(await run([balancer()], [scattered(1, 2)]), "lb-idle")).toContain("of its samples");
    const late = series("lb_request_count_per_second", ({ index, day }) =>
      index % 288 === 5 && day > 9 ? 0.001 : undefined,
    );
    expect(reasonOf(await run([balancer()], [profile("app/web/1", late)]), "lb-idle")).toContain(
      "7 are needed",
    );
  });

  test("a network balancer is judged by its flows, a classic one by its connections", async () => {
    const network = balancer({ load_balancer_type: "network" });
    const flows = (level: number) => profile("app/web/1", series("lb_active_connections", level));
    expect(recommended(await run([network], [flows(0.2)]), "lb-idle").from).toBe("network load balancer");
    expect(reasonOf(await run([network], [flows(3)]), "lb-idle")).toContain("3 flows, above 1 flows");
    expect(reasonOf(await run([network], [asked(0)]), "lb-idle")).toContain(
      "lb_active_connections is not measured",
    );
    const classic = resource("aws_elb", "old", {});
    // 0.025 × 730
    expect(recommended(await run([classic], [asked(0, "old")]), "lb-idle").monthlySavings.list).toBe("18.25");
  });

  const kept: readonly (readonly [string, Resource, string])[] = [
    ["deletion protection", balancer({ enable_deletion_protection: true }), "enable_deletion_protection"],
    [
      "Kubernetes",
      balancer({}, { tags: { "elbv2.k8s.aws/cluster": "prod" } }),
      "Kubernetes service or ingress",
    ],
    [
      "a gateway balancer",
      balancer({ load_balancer_type: "gateway" }),
      "no price of a gateway load balancer",
    ],
    ["an unknown region", balancer({}, { region: "xx-west-9" }), "price is not known"],
  ];
  test.each(kept)("%s keeps it", async (_, found, reason) => {
    expect(reasonOf(await run([found], [asked(0)]), "lb-idle")).toContain(reason);
  });

  test("a week is needed", async () => {
    const short = { startMs: WINDOW.endMs - 6 * 86_400_000, endMs: WINDOW.endMs };
    const few = profile("app/web/1", series("lb_request_count_per_second", 0, { window: short }));
    expect(reasonOf(await run([balancer()], [few], { window: short }), "lb-idle")).toContain("7 are needed");
  });
});
