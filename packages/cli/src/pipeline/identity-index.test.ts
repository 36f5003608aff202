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

test("a name that two resources share is joined with neither", () => {
  const index = indexIdentities([resource("i-1", "web"), resource("i-2", "web")]);
  expect(index.resourceId("web")).toBe("web");
});

const SERVICES: Readonly<Record<string, string>> = {
  aws_db_instance: "rds::db",
  aws_db_cluster: "rds::cluster",
  aws_rds_cluster: "rds::cluster",
  aws_rds_cluster_instance: "rds::db",
  aws_elasticache_replication_group: "elasticache::replicationgroup",
  aws_elasticache_cluster: "elasticache::cluster",
};

/** A database, Auto Scaling group or the like that is called as others elsewhere are. */
const named = (type: string, place: string, name: string): Resource => {
  const [region = "", account = ""] = place.split(" ");
  const [service = "", kind = ""] = (SERVICES[type] ?? `x::${type}`).split("::");
  const id = `arn:aws:${service}:${region}:${account}:${kind}:${name}`;
  return { ...resource(id, name), type, name, region, account };
};
const bill = (ResourceId: string, place: string, Tags: Record<string, string> = {}) => {
  const [RegionId = null, SubAccountId = null] = place === "" ? [] : place.split(" ");
  return { ResourceId, RegionId, SubAccountId, Tags };
};

const EU = "eu-west-1 111111111111";
const US = "us-east-1 111111111111";
const STAGING = "eu-west-1 222222222222";

test("of databases that are called alike, a bill's region and account tell which one it is of", () => {
  const index = indexIdentities([EU, US, STAGING].map((place) => named("aws_db_instance", place, "orders")));
  for (const place of [EU, US, STAGING]) {
    const id = named("aws_db_instance", place, "orders").id;
    expect(index.billedResourceId(bill("orders", place))).toBe(id);
    expect(index.billedResourceId(bill(id, ""))).toBe(id);
    expect(index.resourceId(id)).toBe(id);
  }
  expect(index.resourceId("orders")).toBe("orders");
  expect(index.billedResourceId(bill("orders", ""))).toBe("orders");
  expect(index.billedResourceId(bill("orders", "eu-west-1"))).toBe("orders");
  expect(index.billedResourceId(bill("orders", "ap-south-1 111111111111"))).toBe("orders");
});

test("the ARN of another region's or account's database is not joined with one of that name here", () => {
  const ours = named("aws_db_instance", EU, "orders");
  const index = indexIdentities([ours]);
  expect(index.resourceId("orders")).toBe(ours.id);
  expect(index.resourceId("arn:aws:rds:eu-west-1:111111111111:db:orders")).toBe(ours.id);
  const others = [US, STAGING].map((place) => named("aws_db_cluster", place, "orders").id);
  for (const other of others) expect(index.resourceId(other)).toBe(other);
});

test("the ARN of a table, a log group or a cluster that is called as a database is not the database's", () => {
  const database = named("aws_db_instance", EU, "orders");
  const index = indexIdentities([database, named("aws_autoscaling_group", EU, "web")]);
  for (const other of [
    "arn:aws:dynamodb:eu-west-1:111111111111:table/orders",
    "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/orders",
    "arn:aws:rds:eu-west-1:111111111111:cluster:orders",
    "arn:aws:eks:eu-west-1:111111111111:cluster/web",
  ]) {
    expect(index.billedResourceId(bill(other, EU))).toBe(other);
    expect(index.resourceId(other)).toBe(other);
  }
});

test("a bare name in the bill of another region or account is not joined with the only one of that name here", () => {
  const ours = named("aws_db_instance", EU, "orders");
  const index = indexIdentities([ours]);
  expect(index.billedResourceId(bill("orders", EU))).toBe(ours.id);
  for (const place of [US, STAGING]) expect(index.billedResourceId(bill("orders", place))).toBe("orders");
});

test("a bucket's bill is the bucket's own, though a database and a function are called as it is", () => {
  const bucket = { ...resource("orders", "arn:aws:s3:::orders"), type: "aws_s3_bucket" };
  const policy = { ...resource("orders"), type: "aws_s3_bucket_policy" };
  const others = ["aws_db_instance", "aws_lambda_function"].map((type) => named(type, EU, "orders"));
  const index = indexIdentities([policy, ...others, bucket]);
  expect(index.billedResourceId(bill("orders", EU))).toBe("arn:aws:s3:::orders");
  expect(index.resourceId("orders")).toBe("arn:aws:s3:::orders");
  expect(index.measured("orders")).toEqual({ resourceId: others[0]?.id });
});

test("members are billed to the group beside them, whatever else is called as it is", () => {
  const groups = [EU, US].map((place) => named("aws_autoscaling_group", place, "web"));
  const index = indexIdentities([...groups, named("aws_db_instance", EU, "web")]);
  const tags = { "aws:autoscaling:groupName": "web" };
  for (const [at, place] of [EU, US].entries()) {
    expect(index.billedResourceId(bill("i-9", place, tags))).toBe(groups[at]?.id);
    const member = { ...resource("i-9"), region: place.split(" ")[0] ?? "" };
    expect(index.groupId("web", member)).toBe(groups[at]?.id);
  }
  expect(index.billedResourceId(bill("i-9", "", tags))).toBe("i-9");
});

test("a load balancer that is called as a group is, in the same region, takes nothing from it", () => {
  const group = named("aws_autoscaling_group", EU, "web");
  const index = indexIdentities([named("aws_elb", EU, "web"), resource("app/web/1", "web"), group]);
  expect(index.resourceId("web")).toBe(group.id);
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
    const workers = { ...resource("workers"), type: "aws_autoscaling_group" };
    const index = indexIdentities([workers, resource("i-1")]);
    const line = (ResourceId: string, group: string) => bill(ResourceId, "", { [tag]: group });
    expect(index.billedResourceId(line("i-9", "workers"))).toBe("workers");
    expect(index.billedResourceId(line("arn:aws:ec2:us-east-1:1:instance/i-9", "workers"))).toBe("workers");
    expect(index.billedResourceId(line("i-1", "workers"))).toBe("i-1");
    expect(index.billedResourceId(line("i-9", "others"))).toBe("i-9");
    expect(index.billedResourceId(bill("i-9", ""))).toBe("i-9");
  },
);

const cache = (place: string, name: string, ...members: readonly string[]): Resource => {
  const group = named("aws_elasticache_replication_group", place, name);
  return { ...group, aliases: [name, ...members], attributes: { member_clusters: members } };
};

test("metrics of a cache's nodes are those of its parts, and its nodes' bills are its own", () => {
  const carts = cache(EU, "carts", "carts-001", "carts-002");
  const index = indexIdentities([carts]);
  for (const node of ["carts-001", "carts-002"]) {
    const arn = `arn:aws:elasticache:eu-west-1:111111111111:cluster:${node}`;
    expect(index.measured(node)).toEqual({ resourceId: carts.id, part: node });
    expect(index.measured(arn)).toEqual({ resourceId: carts.id, part: node });
    expect(index.billedResourceId(bill(arn, EU))).toBe(carts.id);
  }
  expect(index.measured("carts")).toEqual({ resourceId: carts.id });
  expect(index.measured("carts-003")).toEqual({ resourceId: "carts-003" });
});

test("the ARN of another service's resource that is called as a node or a cluster's database is none of theirs", () => {
  const carts = cache(EU, "carts", "carts-001");
  const orders = named("aws_rds_cluster", EU, "orders");
  const members = { cluster_members: ["orders-1"] };
  const cluster = { ...orders, aliases: ["orders-1"], attributes: members };
  for (const resources of [
    [carts, cluster],
    [carts, cluster, named("aws_rds_cluster_instance", EU, "orders-1")],
  ]) {
    const index = indexIdentities(resources);
    for (const table of ["carts-001", "orders-1"]) {
      const arn = `arn:aws:dynamodb:eu-west-1:111111111111:table/${table}`;
      expect(index.resourceId(arn)).toBe(arn);
      expect(index.billedResourceId(bill(arn, EU))).toBe(arn);
    }
  }
});

test("a node that Terraform manages as a resource of its own is a part of its group all the same, a database of a cluster is not", () => {
  const carts = cache(EU, "carts", "carts-001", "carts-002");
  const node = named("aws_elasticache_cluster", EU, "carts-002");
  const orders = named("aws_rds_cluster", EU, "orders");
  const database = named("aws_rds_cluster_instance", EU, "orders-1");
  const members = { cluster_members: ["orders-1", "orders-2"] };
  const cluster = { ...orders, aliases: ["orders-1", "orders-2"], attributes: members };
  const index = indexIdentities([carts, node, cluster, database]);
  expect(index.measured("carts-002")).toEqual({ resourceId: carts.id, part: "carts-002" });
  expect(index.measured("orders-1")).toEqual({ resourceId: database.id });
  expect(index.measured("orders-2")).toEqual({ resourceId: orders.id, part: "orders-2" });
  const alike = { ...orders, attributes: { cluster_members: ["orders"] } };
  const arn = "arn:aws:rds:eu-west-1:111111111111:db:orders";
  expect(indexIdentities([alike]).measured(arn)).toEqual({ resourceId: orders.id, part: "orders" });
});

test("nodes that are called alike in two regions are of neither, but their ARNs tell", () => {
  const [here, there] = [cache(EU, "carts", "carts-001"), cache(US, "carts", "carts-001")];
  const index = indexIdentities([here, there]);
  expect(index.measured("carts-001")).toEqual({ resourceId: "carts-001" });
  const arn = "arn:aws:elasticache:us-east-1:111111111111:cluster:carts-001";
  expect(index.measured(arn)).toEqual({ resourceId: there.id, part: "carts-001" });
});
