import type { Resource } from "@apex/core";
import { expect, test } from "vitest";
import { joinInventory } from "./join-inventory.ts";

const managed = (changes: Partial<Resource> = {}): Resource => ({
  id: "i-1",
  provider: "aws",
  type: "aws_instance",
  address: "aws_instance.web",
  aliases: [],
  region: "eu-west-1",
  tags: { team: "state" },
  attributes: { instance_type: "m5.large", instance_state: "running" },
  ...changes,
});

const live = (changes: Partial<Resource> = {}): Resource => {
  const { address: _, ...rest } = managed();
  return {
    ...rest,
    account: "1",
    tags: { team: "live", "aws:createdBy": "x" },
    attributes: { instance_type: "m5.large", instance_state: "stopped", platform_details: "Windows" },
    observed: { at: "2026-11-21T07:00:00Z", state: "stopped" },
    ...changes,
  };
};

test("the state's attributes count; what runs, what it lacks and what was observed come from the inventory", () => {
  const { resources, diagnostics } = joinInventory([managed()], [live()]);
  expect(resources).toEqual([
    {
      ...managed(),
      account: "1",
      tags: { team: "state", "aws:createdBy": "x" },
      attributes: { instance_type: "m5.large", instance_state: "stopped", platform_details: "Windows" },
      observed: { at: "2026-11-21T07:00:00Z", state: "stopped" },
    },
  ]);
  expect(diagnostics).toEqual([]);
});

test("a resource is found by another name, and keeps both", () => {
  const group = { type: "aws_autoscaling_group", attributes: {} };
  const [found] = joinInventory(
    [managed({ ...group, id: "web", aliases: ["arn:web"] })],
    [live({ ...group, id: "arn:web", aliases: [] })],
  ).resources;
  expect([found?.id, found?.aliases, found?.account]).toEqual(["web", ["arn:web"], "1"]);
});

test("a name that another region or type has too is no match", () => {
  const others = [live({ region: "us-east-1" }), live({ type: "aws_ec2_instance_state" })];
  const { resources } = joinInventory([managed()], others);
  expect(resources).toEqual([managed(), ...others]);
  const without = managed({ region: undefined } as unknown as Partial<Resource>);
  const twins = [live(), live({ region: "us-east-1" })];
  expect(joinInventory([without], twins).resources).toHaveLength(3);
});

test("a size that the cloud tells otherwise is told", () => {
  const { resources, diagnostics } = joinInventory(
    [managed()],
    [live({ attributes: { instance_type: "m5.4xlarge" } })],
  );
  expect(resources[0]?.attributes["instance_type"]).toBe("m5.large");
  expect(diagnostics).toMatchObject([
    { code: "state-drift", address: "aws_instance.web", summary: expect.stringContaining("m5.4xlarge") },
  ]);
});

test("a disk that an instance of the state describes itself is judged there alone", () => {
  const blocks = { root_block_device: [{ volume_id: "vol-1" }], ebs_block_device: [{ volume_id: "vol-2" }] };
  const volume = (id: string) => live({ id, type: "aws_ebs_volume", attributes: { type: "gp2", size: 8 } });
  const volumes = ["vol-1", "vol-2", "vol-3"].map(volume);
  const { resources } = joinInventory([managed({ attributes: blocks })], volumes);
  expect(resources.map(({ id }) => id)).toEqual(["i-1", "vol-3"]);
});

test("a name in another account is another thing", () => {
  const ours = managed({ type: "aws_db_instance", id: "orders", account: "111111111111" });
  const theirs = live({ type: "aws_db_instance", id: "orders", account: "222222222222" });
  expect(joinInventory([ours], [theirs]).resources).toEqual([ours, theirs]);
});
