import { describe, expect, it } from "vitest";
import { codes, collectAll, testFile, testFolder } from "../testing/collect-all.ts";
import type { Resource } from "@apex/core";
import { terraformStateCollector } from "./collector.ts";
import { underPresentId } from "./identity.ts";

const collector = terraformStateCollector();

function state(resources: readonly unknown[], version: number = 4): string {
  return JSON.stringify({
    version,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "x",
    outputs: {},
    resources,
  });
}

function resource(type: string, name: string, instances: readonly unknown[], more: object = {}) {
  return {
    mode: "managed",
    type,
    name,
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances,
    ...more,
  };
}

const ARN = "arn:aws:ec2:eu-central-1:210987654321:instance/i-1";

describe("Terraform state version 4", () => {
  it("gives every managed instance its full address, id, aliases, region and tags", async () => {
    const file = testFile(
      "terraform.tfstate",
      state([
        resource(
          "aws_instance",
          "web",
          [
            {
              index_key: 'a"b',
              attributes: {
                id: "i-1",
                arn: ARN,
                instance_type: "m5.large",
                tags: { Name: "old" },
                tags_all: { Name: "web", Team: "x" },
              },
            },
          ],
          { module: 'module.net["eu"].module.web[0]' },
        ),
        resource("aws_instance", "counted", [
          { index_key: 3, attributes: { id: "i-2", availability_zone: "us-west-2-lax-1a" } },
        ]),
        resource("aws_db_instance", "main", [
          {
            attributes: {
              id: "db-ABC",
              identifier: "orders",
              resource_id: "db-ABC",
              region: "us-east-1",
              password: "hunter2",
            },
          },
        ]),
        resource("aws_autoscaling_group", "workers", [
          {
            attributes: {
              id: "workers",
              name: "workers",
              availability_zones: ["us-east-1a", "us-east-1b"],
              tag: [{ key: "Name", value: "w", propagate_at_launch: true }],
            },
          },
        ]),
        resource("aws_lb", "web", [
          {
            attributes: {
              id: "arn:lb",
              arn: "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/web/50dc",
              arn_suffix: "app/web/50dc",
              name: "web",
            },
          },
        ]),
        resource("google_compute_instance", "batch", [
          {
            attributes: {
              id: "projects/p/zones/europe-west1-b/instances/batch-1",
              name: "batch-1",
              zone: "europe-west1-b",
              instance_id: "5550123",
              self_link:
                "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instances/batch-1",
              labels: { env: "dev" },
              effective_labels: { env: "dev", by: "tf" },
            },
          },
        ]),
        resource("google_sql_database_instance", "db", [
          {
            attributes: {
              id: "db",
              name: "db",
              region: "europe-west1",
              settings: [{ user_labels: { env: "prod" } }],
            },
          },
        ]),
        { mode: "data", type: "aws_ami", name: "x", instances: [{ attributes: { id: "ami-1" } }] },
        resource("random_id", "x", [{ attributes: { id: "abc" } }]),
      ]),
    );
    const { resources, diagnostics } = await collectAll(collector, file);
    expect(
      resources.map(({ address, id, provider, region, tags }) => [address, id, provider, region, tags]),
    ).toEqual([
      [
        'module.net["eu"].module.web[0].aws_instance.web["a\\"b"]',
        "i-1",
        "aws",
        "eu-central-1",
        { Name: "web", Team: "x" },
      ],
      ["aws_instance.counted[3]", "i-2", "aws", "us-west-2", {}],
      ["aws_db_instance.main", "orders", "aws", "us-east-1", {}],
      ["aws_autoscaling_group.workers", "workers", "aws", "us-east-1", { Name: "w" }],
      ["aws_lb.web", "app/web/50dc", "aws", "us-east-1", {}],
      [
        "google_compute_instance.batch",
        "projects/p/zones/europe-west1-b/instances/batch-1",
        "gcp",
        "europe-west1",
        { env: "dev", by: "tf" },
      ],
      ["google_sql_database_instance.db", "db", "gcp", "europe-west1", { env: "prod" }],
    ]);
    expect(resources.map((item) => item.aliases)).toMatchObject([
      [ARN],
      [],
      ["db-ABC"],
      [],
      ["arn:lb", "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/web/50dc", "web"],
      expect.arrayContaining(["5550123", "batch-1"]),
      [],
    ]);
    expect(codes(diagnostics)).toEqual(["state-other-providers"]);
    expect(diagnostics[0]!.summary).toContain("random (1)");
  });

  it("lets no secret through, whether the state marks it or its name tells", async () => {
    const marked = (...steps: readonly (string | number)[]) =>
      steps.map((step) =>
        typeof step === "string"
          ? { type: "get_attr", value: step }
          : { type: "index", value: { value: step, type: "number" } },
      );
    const file = testFile(
      "terraform.tfstate",
      state([
        resource("aws_db_instance", "main", [
          {
            attributes: {
              id: "db",
              password: "SECRET-1",
              master_user_secret: [{ secret_string: "SECRET-2", kms: "k" }],
              metadata_options: [{ http_tokens: "required" }],
              custom: [{ hidden: "SECRET-3", shown: 1 }, { hidden: "kept" }],
              whole: { a: "SECRET-4" },
              list: ["a", "SECRET-5"],
            },
            sensitive_attributes: [
              marked("custom", 0, "hidden"),
              marked("whole"),
              marked("list", 1),
              [{ odd: 1 }],
            ],
          },
        ]),
      ]),
    );
    const { resources } = await collectAll(collector, file);
    expect(JSON.stringify(resources)).not.toContain("SECRET");
    expect(resources[0]!.attributes).toEqual({
      id: "db",
      master_user_secret: [{ kms: "k" }],
      metadata_options: [{ http_tokens: "required" }],
      custom: [{ shown: 1 }, { hidden: "kept" }],
      list: ["a", null],
    });
  });

  it("finds marked values inside attributes without a fixed type, which the state wraps", async () => {
    // As Terraform 1.11 writes it for a terraform_data with a sensitive input.
    const attribute = (value: string) => ({ type: "get_attr", value });
    const index = { type: "index", value: { value: 1, type: "number" } };
    const file = testFile(
      "terraform.tfstate",
      state([
        resource("aws_x", "x", [
          {
            attributes: {
              id: "1",
              input: {
                value: { hidden: "SECRET-1", list: [1, { deep: "SECRET-2" }], open: 1 },
                type: ["object", { hidden: "string", open: "number" }],
              },
            },
            sensitive_attributes: [
              [attribute("input"), attribute("hidden")],
              [attribute("input"), attribute("list"), index, attribute("deep")],
            ],
          },
        ]),
      ]),
    );
    const { resources } = await collectAll(collector, file);
    expect(resources[0]!.attributes["input"]).toMatchObject({ value: { list: [1, {}], open: 1 } });
    expect(JSON.stringify(resources)).not.toContain("SECRET");
  });

  it("loses only what is malformed", async () => {
    const file = testFile(
      "terraform.tfstate",
      state([
        "not a resource",
        { mode: "managed", type: "aws_instance" },
        resource("aws_instance", "a", [
          { attributes: null },
          { attributes: { id: "i-1" } },
          7,
          { attributes: { id: "" } },
        ]),
        resource("aws_instance", "deposed", [{ deposed: "deadbeef", attributes: { id: "i-9" } }]),
        resource("aws_instance", "b", [{ attributes: { id: "i-2" } }], { module: "module." }),
        resource("aws_instance", "c", [{ index_key: { a: 1 }, attributes: { id: "i-3" } }]),
        resource("aws_instance", "d", [
          { attributes: { id: "i-4", tags: "none", tag: 5, arn: 7, availability_zones: {} } },
        ]),
      ]),
    );
    const { resources, diagnostics } = await collectAll(collector, file);
    expect(resources.map((item) => item.id)).toEqual(["i-1", "i-4"]);
    expect(codes(diagnostics)).toEqual([
      "state-instance-malformed",
      "state-instance-malformed",
      "state-instance-malformed",
      "state-instance-malformed",
      "state-instance-without-id",
      "state-deposed",
      "state-address-malformed",
      "state-instance-malformed",
    ]);
    expect(diagnostics[2]!.summary).toMatch(/^Instance 0 of aws_instance\.a is malformed at attributes: /);
  });

  it("knows a node group by the Auto Scaling groups that its metrics come under", async () => {
    const groups = [{ autoscaling_groups: [{ name: "eks-web-1" }, { name: "" }, {}] }, {}, "odd"];
    const file = testFile(
      "terraform.tfstate",
      state([
        resource("aws_eks_node_group", "web", [{ attributes: { id: "prod:web", resources: groups } }]),
        resource("aws_eks_node_group", "odd", [{ attributes: { id: "prod:odd", resources: "none" } }]),
      ]),
    );
    const { resources } = await collectAll(collector, file);
    expect(resources.map(({ id, aliases }) => [id, aliases])).toEqual([
      ["prod:web", ["eks-web-1"]],
      ["prod:odd", []],
    ]);
  });

  it("does not take another resource's name for an alias", async () => {
    const file = testFile(
      "terraform.tfstate",
      state([
        resource("aws_nat_gateway", "n", [
          { attributes: { id: "nat-1", allocation_id: "eipalloc-1", public_ip: "192.0.2.1" } },
        ]),
        resource("aws_launch_template", "w", [{ attributes: { id: "lt-1", name: "workers" } }]),
        resource("aws_eip", "e", [
          { attributes: { id: "eipalloc-1", allocation_id: "eipalloc-1", public_ip: "192.0.2.1" } },
        ]),
      ]),
    );
    const { resources } = await collectAll(collector, file);
    expect(resources.map(({ id, aliases }) => [id, aliases])).toEqual([
      ["nat-1", []],
      ["lt-1", []],
      ["eipalloc-1", ["192.0.2.1"]],
    ]);
  });
});

describe("what its owner names", () => {
  const database = (region: string, account: string) => ({
    attributes: {
      id: "db-ABC",
      identifier: "orders",
      arn: `arn:aws:rds:${region}:${account}:db:orders`,
      instance_class: "db.m5.large",
    },
  });

  it("has its ARN as id, with the account, and the name beside it", async () => {
    const file = testFile(
      "terraform.tfstate",
      state([
        resource("aws_db_instance", "eu", [database("eu-west-1", "111111111111")]),
        resource("aws_db_instance", "us", [database("us-east-1", "222222222222")]),
      ]),
    );
    const { resources } = await collectAll(collector, file);
    expect(resources.map(({ id, name, region, account }) => [id, name, region, account])).toEqual([
      ["arn:aws:rds:eu-west-1:111111111111:db:orders", "orders", "eu-west-1", "111111111111"],
      ["arn:aws:rds:us-east-1:222222222222:db:orders", "orders", "us-east-1", "222222222222"],
    ]);
    expect(resources[0]?.aliases).toEqual(["orders", "db-ABC"]);
  });

  it("goes by the names of its members too, for they are measured and billed by them", async () => {
    const members = ["carts-001", "carts-002"];
    const cache = { id: "carts", replication_group_id: "carts", member_clusters: members };
    const cluster = { id: "orders", cluster_identifier: "orders", cluster_members: ["orders-1"] };
    const file = testFile(
      "terraform.tfstate",
      state([
        resource("aws_elasticache_replication_group", "carts", [{ attributes: cache }]),
        resource("aws_rds_cluster", "orders", [{ attributes: cluster }]),
      ]),
    );
    const { resources } = await collectAll(collector, file);
    expect(resources.map(({ id, aliases }) => [id, aliases])).toEqual([
      ["carts", members],
      ["orders", ["orders-1"]],
    ]);
  });

  it("is found again in a collection that knew it by its name", () => {
    const { attributes } = database("eu-west-1", "111111111111");
    const old: Resource = {
      id: "orders",
      provider: "aws",
      type: "aws_db_instance",
      aliases: [attributes.arn, "db-ABC"],
      tags: {},
      attributes,
    };
    const present = underPresentId(old);
    expect(present).toEqual({ ...old, id: attributes.arn, name: "orders", aliases: ["orders", "db-ABC"] });
    expect(underPresentId(present)).toBe(present);
    const policy: Resource = {
      ...old,
      type: "aws_autoscaling_policy",
      id: "arn:aws:autoscaling:x",
      aliases: [],
    };
    expect(underPresentId(policy)).toBe(policy);
  });
});

describe("terraform show -json", () => {
  const values = {
    root_module: {
      resources: [
        {
          address: "aws_instance.a",
          mode: "managed",
          type: "aws_instance",
          name: "a",
          values: { id: "i-1", arn: ARN, nested: [{ token: "SECRET-1", pin: "SECRET-2", open: 1 }] },
          sensitive_values: { nested: [{ pin: true }] },
        },
        { address: "data.aws_ami.x", mode: "data", type: "aws_ami", name: "x", values: { id: "ami-1" } },
        { address: 5 },
      ],
      child_modules: [
        {
          address: 'module.m["k"]',
          resources: [
            {
              address: 'module.m["k"].aws_ebs_volume.v[0]',
              mode: "managed",
              type: "aws_ebs_volume",
              name: "v",
              index: 0,
              values: { id: "vol-1" },
            },
          ],
        },
        "broken",
      ],
    },
  };

  it.each([
    ["a state", { format_version: "1.0", terraform_version: "1.11.4", values }],
    [
      "a plan, by its prior state",
      {
        format_version: "1.2",
        planned_values: { root_module: {} },
        prior_state: { format_version: "1.0", values },
      },
    ],
  ])("reads %s through nested modules without secrets", async (_name, document) => {
    const { resources, diagnostics } = await collectAll(
      collector,
      testFile("show.json", JSON.stringify(document)),
    );
    expect(resources.map(({ address, id }) => [address, id])).toEqual([
      ["aws_instance.a", "i-1"],
      ['module.m["k"].aws_ebs_volume.v[0]', "vol-1"],
    ]);
    expect(resources[0]!.attributes["nested"]).toEqual([{ open: 1 }]);
    expect(codes(diagnostics)).toEqual(["state-instance-malformed", "state-instance-malformed"]);
  });

  it("says that a plan of new resources, or an empty state, has none", async () => {
    const plan = await collectAll(
      collector,
      testFile("a.json", '{"format_version":"1.2","planned_values":{}}'),
    );
    const empty = await collectAll(collector, testFile("b.json", '{"format_version":"1.0"}'));
    expect([plan.diagnostics[0]!.summary, empty.diagnostics[0]!.summary]).toEqual([
      "The plan has no prior state",
      "The state holds no resources",
    ]);
  });

  it("stops at modules nested without end", async () => {
    let nested: object = { resources: [] };
    for (let depth = 0; depth < 100; depth += 1) nested = { child_modules: [nested] };
    const document = { format_version: "1.0", values: { root_module: nested } };
    const { diagnostics } = await collectAll(collector, testFile("deep.json", JSON.stringify(document)));
    expect(codes(diagnostics, "error")).toEqual(["state-too-deep"]);
  });
});

it("files that are no state lose only themselves and say what to do", async () => {
  const folder = testFolder();
  const files = {
    v3: testFile("v3.tfstate", '{"version":3,"modules":[]}', folder),
    v5: testFile("v5.tfstate", '{"version":5}', folder),
    other: testFile("other.json", '{"a":1}', folder),
    list: testFile("list.json", "[1]", folder),
    cut: testFile("cut.tfstate", state([]).slice(0, 30), folder),
    plan: testFile("tfplan", Buffer.from("PK\u0003\u0004xxxx"), folder),
    future: testFile("future.json", '{"format_version":"2.0","values":{}}', folder),
    empty: testFile("empty.tfstate", "", folder),
    good: testFile(
      "good.tfstate",
      state([resource("aws_instance", "a", [{ attributes: { id: "i-1" } }])]),
      folder,
    ),
  };
  const { resources, diagnostics } = await collectAll(collector, ...Object.values(files));
  expect(resources).toHaveLength(1);
  const codeOf = Object.entries(files).map(([name, path]) => [
    name,
    codes(
      diagnostics.filter((item) => item.source!.file === path),
      "error",
    ).join(" "),
  ]);
  expect(Object.fromEntries(codeOf)).toEqual({
    v3: "state-version",
    v5: "state-version",
    other: "state-unrecognised",
    list: "state-unrecognised",
    cut: "json-invalid",
    plan: "file-zip",
    future: "state-version",
    empty: "file-empty",
    good: "",
  });
  const v3 = diagnostics.find((item) => item.source!.file === files.v3)!;
  expect(v3.summary).toContain("version 3; only 4 is read");
  expect(v3.detail).toContain("terraform show -json");
});
