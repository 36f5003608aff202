import type { Resource } from "@apex/core";
import { expect, test } from "vitest";
import { indexIdentities } from "./identity-index.ts";

const resource = (id: string, ...aliases: string[]): Resource => ({
  id,
  provider: "aws",
  type: "aws_instance",
  aliases,
  tags: {},
  attributes: {},
});

test("a bill's ARN and a metric's id lead to the state's id", () => {
  const index = indexIdentities([
    resource("i-1", "arn:aws:ec2:us-east-1:1:instance/i-1"),
    resource("orders"),
  ]);
  expect(index.resourceId("arn:aws:ec2:us-east-1:1:instance/i-1")).toBe("i-1");
  expect(index.resourceId("arn:aws:rds:us-east-1:1:db:orders")).toBe("orders");
  expect(index.resourceId("i-1")).toBe("i-1");
});

test("a name that two resources share is joined with neither, and said", () => {
  const index = indexIdentities([resource("i-1", "web"), resource("i-2", "web")]);
  expect(index.resourceId("web")).toBe("web");
  expect(index.diagnostics).toHaveLength(1);
});

test("where an id is shared between regions, what came under another name keeps it", () => {
  const twin = (region: string): Resource => ({
    ...resource("main", `arn:${region}:db:main`, "1.2.3.4"),
    region,
  });
  const index = indexIdentities([twin("eu-west-1"), twin("us-east-1")]);
  expect(index.resourceId("arn:eu-west-1:db:main")).toBe("arn:eu-west-1:db:main");
  expect(index.resourceId("1.2.3.4")).toBe("1.2.3.4");
});

test("an id wins over another resource's alias", () => {
  const index = indexIdentities([resource("web"), resource("i-2", "web")]);
  expect(index.resourceId("web")).toBe("web");
  expect(index.diagnostics).toEqual([]);
});

test("what the state does not know keeps its name", () => {
  const index = indexIdentities([resource("i-1")]);
  for (const name of ["i-9", "", "arn:aws:ec2:us-east-1:1:instance/", "a/b/"]) {
    expect(index.resourceId(name)).toBe(name);
  }
});

test.each(["aws:autoscaling:groupName", "aws_autoscaling_groupName", "aws_autoscaling_group_name"])(
  "a member of a group is billed to the group that its tag %s names",
  (tag) => {
    const index = indexIdentities([resource("workers"), resource("i-1")]);
    const line = (ResourceId: string, group: string) => ({ ResourceId, Tags: { [tag]: group } });
    expect(index.billedResourceId(line("i-9", "workers"))).toBe("workers");
    expect(index.billedResourceId(line("arn:aws:ec2:us-east-1:1:instance/i-9", "workers"))).toBe("workers");
    expect(index.billedResourceId(line("i-1", "workers"))).toBe("i-1");
    expect(index.billedResourceId(line("i-9", "others"))).toBe("i-9");
    expect(index.billedResourceId({ ResourceId: "i-9", Tags: {} })).toBe("i-9");
  },
);
