import { decimal, type RecommendationAction, type Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import type { Draft } from "../rules/draft.ts";
import { resource } from "../testing/builders.ts";
import type { Proposal } from "./proposal.ts";
import { resolveConflicts } from "./resolve.ts";

function proposal(
  action: RecommendationAction,
  over: { id?: string; part?: string; list?: string; lookBackDays?: number; shareLeft?: number } = {},
): Proposal {
  const { id = "i-1", part = "machine", list = "10", lookBackDays = 14, shareLeft } = over;
  const draft: Draft = {
    part,
    action,
    from: "a",
    to: action,
    summary: "",
    changes: [],
    monthlySavings: { list: decimal(list), net: null, currency: "USD", realised: "on-merge" },
    risk: 0,
    confidence: 0.5,
    effort: "low",
    restartRequired: false,
    rollback: "",
    evidence: {
      windowStart: "",
      windowEnd: "",
      lookBackDays,
      coverage: 1,
      dimensions: [],
      confidenceFactors: {},
      alternatives: [],
      notes: [],
    },
    unknowns: [],
    ...(shareLeft === undefined ? {} : { shareLeft }),
  };
  return { rule: "ec2-resize", resource: resource("aws_instance", id, {}), draft };
}

const keptActions = (...all: Proposal[]) => resolveConflicts(all).kept.map((one) => one.draft.action);

describe("conflicts", () => {
  test("on one part idle goes before capacity, capacity before resize, resize before the rest, in any order of arrival", () => {
    const order: RecommendationAction[] = [
      "snapshot-and-delete",
      "stop",
      "set-capacity",
      "resize",
      "change-volume-type",
    ];
    for (const [index, better] of order.entries()) {
      for (const worse of order.slice(index + 1)) {
        expect(keptActions(proposal(better), proposal(worse))).toEqual([better]);
        expect(keptActions(proposal(worse), proposal(better))).toEqual([better]);
      }
    }
  });

  test("a larger saving does not overtake a better action, but decides between equal ones", () => {
    expect(keptActions(proposal("resize", { list: "1000" }), proposal("stop", { list: "1" }))).toEqual([
      "stop",
    ]);
    const equal = resolveConflicts([proposal("resize", { list: "9" }), proposal("resize", { list: "10.5" })]);
    expect(equal.kept.map((one) => one.draft.monthlySavings.list)).toEqual(["10.5"]);
  });

  test("of two sizes a measured one goes before one by the catalogue alone, whatever they save", () => {
    const [kept] = resolveConflicts([
      proposal("resize", { list: "50", lookBackDays: 0 }),
      proposal("resize", { list: "10" }),
    ]).kept;
    expect(kept!.draft.monthlySavings.list).toBe("10");
  });

  test("a schedule leaves room for a size, priced on the hours that it leaves on, and for nothing else", () => {
    const schedule = proposal("schedule", { shareLeft: 0.25 });
    const { kept } = resolveConflicts([proposal("resize", { list: "40" }), schedule]);
    expect(kept.map((one) => [one.draft.action, one.draft.monthlySavings.list])).toEqual([
      ["resize", "10"],
      ["schedule", "10"],
    ]);
    expect(keptActions(schedule, proposal("set-capacity"))).toEqual(["schedule"]);
    expect(keptActions(schedule, proposal("stop"), proposal("resize"))).toEqual(["stop"]);
    // Another part is another bill.
    const other = proposal("resize", { part: "volume", list: "40" });
    expect(resolveConflicts([other, schedule]).kept[0]!.draft.monthlySavings.list).toBe("40");
  });

  test("different parts and different resources are independent", () => {
    const all = [
      proposal("stop"),
      proposal("change-volume-type", { part: "volume /dev/xvda" }),
      proposal("resize", { id: "i-2" }),
    ];
    expect(resolveConflicts(all)).toEqual({ kept: all, dropped: [] });
  });

  test("what is called alike in another service, region or account is another resource", () => {
    const schedule = proposal("schedule", { id: "shop", shareLeft: 0.25 });
    const named = (type: string, place: Partial<Resource> = {}): Proposal => {
      return { ...proposal("resize", { id: "shop" }), resource: resource(type, "shop", {}, place) };
    };
    const all = [
      schedule,
      named("aws_db_instance"),
      named("aws_db_instance", { region: "eu-west-1" }),
      named("aws_db_instance", { account: "123456789012" }),
      named("aws_elasticache_replication_group"),
    ];
    expect(resolveConflicts(all)).toEqual({ kept: all, dropped: [] });
  });

  test("a saving is priced anew by what stays for the resources that it asks for, not for their namesakes", () => {
    const group = resource("aws_autoscaling_group", "shop", {});
    const disks = proposal("change-volume-type", { part: "volume" });
    const left = (kept: ReadonlyMap<Resource, readonly Draft[]>) => {
      const share = kept.get(group)?.[0]?.shareLeft ?? 1;
      return { ...disks.draft.monthlySavings, list: decimal(10 * share) };
    };
    const asking = { ...disks, draft: { ...disks.draft, repriced: left } };
    const schedule = proposal("schedule", { id: "shop", shareLeft: 0.25 });
    const lists = (other: Resource) =>
      resolveConflicts([asking, { ...schedule, resource: other }]).kept[0]!.draft.monthlySavings.list;
    expect(lists(group)).toBe("2.5");
    expect(lists(resource("aws_db_instance", "shop", {}))).toBe("10");
  });

  test("what gives way says to what", () => {
    const [dropped] = resolveConflicts([proposal("resize"), proposal("stop")]).dropped;
    expect(dropped!.proposal.draft.action).toBe("resize");
    expect(dropped!.inFavourOf.draft.action).toBe("stop");
  });

  test("nothing in, nothing out", () => {
    expect(resolveConflicts([])).toEqual({ kept: [], dropped: [] });
  });
});
