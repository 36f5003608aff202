import { describe, expect, test } from "vitest";
import { configurationReferences } from "./configuration-references.ts";
import type { JsonValue } from "./json.ts";

/** As Terraform 1.11 prints it, shortened. */
const CONFIGURATION: JsonValue = {
  resources: [
    {
      address: "aws_autoscaling_group.workers",
      expressions: {
        min_size: { constant_value: 2 },
        launch_template: [
          {
            id: { references: ["aws_launch_template.workers.id", "aws_launch_template.workers"] },
            version: { constant_value: "$Latest" },
          },
        ],
        availability_zones: { references: ["data.aws_availability_zones.all", "local.zones"] },
      },
    },
    {
      address: "aws_instance.web",
      expressions: {
        subnet_id: { references: ['module.net["a"].subnet_id', 'module.net["a"]', "module.net"] },
      },
    },
  ],
  module_calls: {
    net: {
      module: {
        outputs: { subnet_id: { expression: { references: ["aws_subnet.this.id", "aws_subnet.this"] } } },
        resources: [{ address: "aws_subnet.this", expressions: {} }],
      },
    },
    pool: {
      expressions: {
        template: { references: ["aws_launch_template.workers.id", "aws_launch_template.workers"] },
      },
      module: {
        resources: [
          {
            address: "aws_autoscaling_group.this",
            expressions: {
              launch_template: [
                { id: { references: ["var.template"] }, name: { references: ["var.missing"] } },
              ],
              target: { references: ["aws_lb_target_group.this.arn", "aws_lb_target_group.this"] },
            },
          },
        ],
      },
    },
  },
};

describe("configurationReferences", () => {
  const referencesOf = configurationReferences(CONFIGURATION);

  test("names the resources behind each attribute, without data sources and locals", () => {
    expect(referencesOf("aws_autoscaling_group.workers[0]")).toEqual({
      "launch_template[0].id": ["aws_launch_template.workers"],
    });
  });

  test("follows a module's inputs to its caller, and stays in the instance of the module", () => {
    expect(referencesOf('module.pool["x"].aws_autoscaling_group.this')).toEqual({
      "launch_template[0].id": ["aws_launch_template.workers"],
      target: ['module.pool["x"].aws_lb_target_group.this'],
    });
  });

  test("follows a module's outputs inwards", () => {
    expect(referencesOf("aws_instance.web")).toEqual({ subnet_id: ['module.net["a"].aws_subnet.this'] });
  });

  test("has nothing to say of what the configuration does not hold", () => {
    for (const address of ["aws_instance.other", "module.none.aws_instance.web", "nonsense", ""]) {
      expect(referencesOf(address)).toEqual({});
    }
    for (const broken of [null, [], "x", { resources: "x" }, { resources: [null, 3] }] as JsonValue[]) {
      expect(configurationReferences(broken)("aws_instance.web")).toEqual({});
    }
  });

  test("ends where modules feed themselves", () => {
    const loop: JsonValue = {
      module_calls: {
        a: {
          expressions: { x: { references: ["module.a.y"] } },
          module: {
            outputs: { y: { expression: { references: ["var.x"] } } },
            resources: [{ address: "t.r", expressions: { v: { references: ["var.x"] } } }],
          },
        },
      },
    };
    expect(configurationReferences(loop)("module.a.t.r")).toEqual({});
  });
});
