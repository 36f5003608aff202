import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const ARGUMENTS = [
  "ami",
  "instance_type",
  "subnet_id",
  "vpc_security_group_ids",
  "tags",
  "root_block_device",
  "key_name",
];

describe("nearest", () => {
  it.each([
    ["instance_typ", "instance_type"],
    ["instnace_type", "instance_type"],
    ["instanceType", "instance_type"],
    ["instance-type", "instance_type"],
    ["INSTANCE_TYPE", "instance_type"],
    ["instancetype", "instance_type"],
    ["vpc_securty_group_id", "vpc_security_group_ids"],
    ["aim", "ami"],
    ["tag", "tags"],
    ["root_block_devcie", "root_block_device"],
  ])("%s can only be %s", (written, meant) => {
    expect(nearest(written, ARGUMENTS)).toEqual({ kind: "clear", name: meant });
  });

  it.each([
    ["a contrast", "min_size", ["max_size"]],
    ["a contrast of one letter", "http_port", ["https_port"]],
    ["another real word", "stage", ["state"]],
    ["another direction", "ingress", ["egress"]],
    ["another number", "web3", ["web1"]],
    ["another letter of a series", "subnet_c", ["subnet_a"]],
    ["three letters", "ebs", ["efs"]],
    ["a word more", "ebs_block_device", ["block_device"]],
    ["another kind of the same thing", "ebs_block_device", ["root_block_device"]],
    ["nothing near", "flavor", ["instance_type"]],
    ["two that fold alike", "Web", ["WEB", "web"]],
    ["two as near", "subnet_idx", ["subnet_id", "subnet_ids"]],
    ["no words", "--", ["__"]],
  ])("does not decide on %s: %s", (_why, written, candidates) => {
    expect(nearest(written, candidates).kind).toBe("unclear");
  });

  it("tells the candidates nearest first where it does not decide", () => {
    expect(nearest("subnet_c", ["vpc", "subnet_ab", "subnet_a"])).toEqual({
      kind: "unclear",
      candidates: ["subnet_a", "subnet_ab"],
    });
  });

  it("takes a real word to be meant", () => {
    const words = new Set(["aws", "lb", "listener"]);
    expect(nearest("listener", ["listeners"], words)).toEqual({
      kind: "clear",
      name: "listeners",
    });
    expect(nearest("listener", ["listenes"]).kind).toBe("clear");
    expect(nearest("listener", ["listenes"], words).kind).toBe("unclear");
  });

  it("passes over names that nobody types", () => {
    expect(nearest("a".repeat(101), ["a".repeat(100)])).toEqual({ kind: "unclear", candidates: [] });
    expect(nearest("a".repeat(99), ["a".repeat(5000)])).toEqual({ kind: "unclear", candidates: [] });
  });
});
