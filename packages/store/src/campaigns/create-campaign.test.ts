import { decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { aDraft, campaignsOfFile } from "./testing.ts";

const { opened } = campaignsOfFile();

describe("a campaign is refused", () => {
  test.each([
    ["without runs", aDraft([]), "invalid", /nothing to validate/],
    ["with a run twice", aDraft(["val-1", "val-1"]), "invalid", /val-1 is in the campaign twice/],
    ["with an id that no container could have", aDraft(["Val_1"]), "invalid", /"Val_1" cannot be the id/],
    ["with a priority that there is not", aDraft(["val-1"], { priority: 11 }), "invalid", /give 1 \(first\)/],
    ["with a budget below 0", aDraft(["val-1"], { budget: decimal(-1) }), "invalid", /below 0/],
    [
      "with a budget of too many places",
      aDraft(["val-1"], { budget: decimal(`0.${"1".repeat(19)}`) }),
      "invalid",
      /18 places/,
    ],
    ["with a deadline that is no time", aDraft(["val-1"], { deadline: "tomorrow" }), "invalid", /is no time/],
    [
      "of a tenant that is not there",
      aDraft(["val-1"], { tenant: "nobody" }),
      "not-found",
      /no tenant "nobody"/,
    ],
  ] as const)("%s", async (_name, draft, kind, message) => {
    const { campaigns } = await opened();
    const failure = campaigns.create(draft);
    await expect(failure).rejects.toMatchObject({ kind });
    await expect(failure).rejects.toThrow(message);
  });

  test("when it needs a GPU that has no price", async () => {
    const { campaigns } = await opened();
    const [member] = aDraft(["val-1"]).members;
    const reservation = { ...member!.reservation, gpus: 1, gpuModel: "nvidia-x" };
    const failure = campaigns.create(aDraft([], { members: [{ ...member!, reservation }] }));
    await expect(failure).rejects.toThrow(/val-1 cannot be quoted: .*nvidia-x/);
    await expect(failure).rejects.toMatchObject({ kind: "invalid" });
  });

  test("when it is not there", async () => {
    const { campaigns } = await opened();
    await expect(campaigns.start("default", "cmp-000000000000")).rejects.toMatchObject({ kind: "not-found" });
    expect(await campaigns.campaign("default", "cmp-000000000000")).toBeUndefined();
    expect(await campaigns.runs("default", "cmp-000000000000")).toEqual([]);
  });
});

test("what a campaign says comes back as it was given", async () => {
  const { campaigns } = await opened();
  const diagnostics = [
    {
      severity: "warning",
      code: "no-workload",
      summary: "A service has no record",
      address: "aws_instance.x",
    },
  ] as const;
  const draft = aDraft(["val-1"], {
    name: "nightly",
    priority: 2,
    budget: decimal("12.5"),
    deadline: "2999-01-01T00:00:00.000Z",
    diagnostics,
  });
  const { members: _members, ...head } = draft;
  const { id } = await campaigns.create(draft);
  expect(await campaigns.campaign("default", id)).toMatchObject({
    ...head,
    stopReason: null,
    startedAt: null,
  });
  const { id: newest } = await campaigns.create(aDraft(["val-1"]));
  expect((await campaigns.campaigns("default", 1)).map((campaign) => campaign.id)).toEqual([newest]);
  expect(await campaigns.campaigns("default", 10)).toHaveLength(2);
});
