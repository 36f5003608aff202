import { beforeAll, describe, expect, test } from "vitest";
import { PROVIDERS, writeFiles } from "../testing/configuration.ts";
import { openPlanner, type Planner } from "./planner.ts";

/** A resource type with the arguments it needs, one of them, and an optional argument that is no text. */
interface Sample {
  readonly needs: Readonly<Record<string, string>>;
  readonly blocks?: string;
  /** The required argument that is left out. */
  readonly missing: string;
  /** An argument of type number or bool. */
  readonly typed: string;
}

const AWS: Readonly<Record<string, Sample>> = {
  aws_ebs_volume: {
    needs: { availability_zone: '"eu-west-1a"' },
    missing: "availability_zone",
    typed: "size",
  },
  aws_db_instance: { needs: { instance_class: '"db.m5.large"' }, missing: "instance_class", typed: "iops" },
  aws_autoscaling_group: {
    needs: { max_size: "2", min_size: "1" },
    missing: "min_size",
    typed: "desired_capacity",
  },
  aws_lb_target_group_attachment: {
    needs: { target_group_arn: '"arn"', target_id: '"i-1"' },
    missing: "target_id",
    typed: "port",
  },
  aws_subnet: { needs: { vpc_id: '"vpc-1"' }, missing: "vpc_id", typed: "map_public_ip_on_launch" },
  aws_volume_attachment: {
    needs: { device_name: '"/dev/xvdf"', instance_id: '"i-1"', volume_id: '"vol-1"' },
    missing: "volume_id",
    typed: "force_detach",
  },
  aws_security_group_rule: {
    needs: {
      type: '"ingress"',
      protocol: '"tcp"',
      from_port: "80",
      to_port: "80",
      security_group_id: '"sg-1"',
    },
    missing: "security_group_id",
    typed: "self",
  },
  aws_iam_role: {
    needs: { assume_role_policy: '"{}"' },
    missing: "assume_role_policy",
    typed: "max_session_duration",
  },
  aws_lambda_function: {
    needs: { function_name: '"f"', role: '"arn"' },
    missing: "function_name",
    typed: "memory_size",
  },
  aws_dynamodb_table: { needs: { name: '"t"' }, missing: "name", typed: "read_capacity" },
  aws_elasticache_cluster: { needs: { cluster_id: '"c"' }, missing: "cluster_id", typed: "num_cache_nodes" },
  aws_cloudwatch_metric_alarm: {
    needs: { alarm_name: '"a"', comparison_operator: '"GreaterThanThreshold"', evaluation_periods: "2" },
    missing: "alarm_name",
    typed: "period",
  },
  aws_launch_template: { needs: {}, missing: "", typed: "disable_api_termination" },
};

const GOOGLE: Readonly<Record<string, Sample>> = {
  google_compute_instance: {
    needs: { name: '"a"', machine_type: '"n2-standard-2"' },
    blocks: "boot_disk {\n  }\n  network_interface {\n  }",
    missing: "machine_type",
    typed: "can_ip_forward",
  },
  google_compute_disk: { needs: { name: '"a"' }, missing: "name", typed: "size" },
  google_sql_database_instance: {
    needs: { database_version: '"POSTGRES_16"' },
    missing: "database_version",
    typed: "deletion_protection",
  },
  google_compute_address: { needs: { name: '"a"' }, missing: "name", typed: "prefix_length" },
  google_compute_network: { needs: { name: '"a"' }, missing: "name", typed: "auto_create_subnetworks" },
  google_compute_subnetwork: {
    needs: { name: '"a"', network: '"n"' },
    missing: "network",
    typed: "private_ip_google_access",
  },
  google_compute_firewall: { needs: { name: '"a"', network: '"n"' }, missing: "network", typed: "priority" },
  google_container_cluster: { needs: { name: '"a"' }, missing: "name", typed: "initial_node_count" },
  google_container_node_pool: { needs: { cluster: '"c"' }, missing: "cluster", typed: "node_count" },
  google_storage_bucket: {
    needs: { name: '"a"', location: '"EU"' },
    missing: "location",
    typed: "force_destroy",
  },
  google_bigquery_dataset: {
    needs: { dataset_id: '"d"' },
    missing: "dataset_id",
    typed: "default_table_expiration_ms",
  },
  google_redis_instance: {
    needs: { name: '"a"', memory_size_gb: "1" },
    missing: "name",
    typed: "replica_count",
  },
};

function resource(
  type: string,
  sample: Sample,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const written = { ...sample.needs, ...changes };
  const lines = Object.entries(written).flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name} = ${value}`],
  );
  return `resource "${type}" "x" {\n${lines.join("\n")}\n  ${sample.blocks ?? ""}\n}\n`;
}

describe.each([
  ["aws", AWS],
  ["google", GOOGLE],
] as const)("every type of %s gets Terraform's own diagnostic for", (_cloud, samples) => {
  const types = Object.keys(samples);
  let planner: Planner;
  beforeAll(async () => {
    planner = await openPlanner();
    return () => planner.close();
  });

  /** Validates one file with every type broken in the same way; what is said, by address. */
  async function said(write: (type: string, sample: Sample) => string): Promise<Map<string, string[]>> {
    const main = Object.entries(samples).map(([type, sample]) => write(type, sample));
    const directory = writeFiles({ "providers.tf": PROVIDERS, "main.tf": main.join("\n") });
    const { diagnostics } = await planner.validate({ directory });
    const byAddress = new Map<string, string[]>();
    for (const { summary, detail = "", range, snippet } of diagnostics) {
      expect(range?.filename).toBe("main.tf");
      // The block that Terraform shows: resource "aws_instance" "x".
      const [, type = ""] = /^resource "(\w+)"/.exec(`${snippet?.["context"] as string}`) ?? [];
      byAddress.set(`${type}.x`, [...(byAddress.get(`${type}.x`) ?? []), `${summary}: ${detail}`]);
    }
    return byAddress;
  }

  test("nothing at all when the configuration is valid", async () => {
    expect(await said((type, sample) => resource(type, sample, {}))).toEqual(new Map());
  });

  test("an argument that does not exist, with the nearest one that does", async () => {
    const heard = await said((type, sample) => resource(type, sample, { [`${sample.typed}x`]: "1" }));
    for (const type of types) {
      const { typed } = samples[type]!;
      expect([type, heard.get(`${type}.x`)]).toEqual([
        type,
        [
          `Unsupported argument: An argument named "${typed}x" is not expected here. Did you mean "${typed}"?`,
        ],
      ]);
    }
  });

  test("a required argument that is missing", async () => {
    const heard = await said((type, sample) =>
      sample.missing === "" ? "" : resource(type, sample, { [sample.missing]: undefined }),
    );
    for (const type of types.filter((each) => samples[each]!.missing !== "")) {
      expect([type, heard.get(`${type}.x`)]).toEqual([
        type,
        [
          `Missing required argument: The argument "${samples[type]!.missing}" is required, but no definition was found.`,
        ],
      ]);
    }
  });

  test("a value of the wrong type", async () => {
    const heard = await said((type, sample) => resource(type, sample, { [sample.typed]: '["several"]' }));
    for (const type of types) {
      expect(heard.get(`${type}.x`)?.join()).toMatch(
        new RegExp(
          `^Incorrect attribute value type: .*attribute "${samples[type]!.typed}": (a )?(number|bool) (is )?required`,
        ),
      );
    }
  });

  test("a block that does not exist", async () => {
    const heard = await said((type, sample) =>
      resource(type, { ...sample, blocks: `${sample.blocks ?? ""}\n  no_such_block {\n  }` }, {}),
    );
    for (const type of types) {
      expect([type, heard.get(`${type}.x`)]).toEqual([
        type,
        ['Unsupported block type: Blocks of type "no_such_block" are not expected here.'],
      ]);
    }
  });

  test("a reference to what is not declared", async () => {
    const heard = await said((type, sample) =>
      resource(type, sample, { [sample.typed]: "aws_vpc.nowhere.id" }),
    );
    const all = [...heard.values()].flat();
    expect(all).toHaveLength(types.length);
    for (const text of all) expect(text).toMatch(/^Reference to undeclared resource: .*"aws_vpc" "nowhere"/);
  });
});
