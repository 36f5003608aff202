import { describe, expect, test } from "vitest";
import { widenedBy } from "./covers.ts";
import { formatGrant, parseGrant } from "./grant.ts";
import { grantsOf } from "./grants-of.ts";

const EXACT = { unknownIsAny: false };
const LOOSE = { unknownIsAny: true };

function grants(type: string, values: object): string[] {
  return grantsOf(type, values as never).map(formatGrant);
}

function isWider(before: readonly string[], now: readonly string[], options = EXACT): boolean {
  const { opened, undenied } = widenedBy(before.map(parseGrant), now.map(parseGrant), options);
  return opened.length + undenied.length > 0;
}

describe("facts", () => {
  test("of security groups name direction, protocol, ports and peer", () => {
    const ingress = [
      { from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: ["10.0.0.0/8"], self: true },
      { from_port: 0, to_port: 0, protocol: "-1", ipv6_cidr_blocks: ["::/0"] },
    ];
    expect(grants("aws_security_group", { ingress })).toEqual([
      "ingress all/0-65535 ::/0",
      "ingress tcp/22-22 10.0.0.0/8",
      "ingress tcp/22-22 self",
    ]);
    const rule = { cidr_ipv4: "0.0.0.0/0", from_port: 80, to_port: 81, ip_protocol: "6" };
    expect(grants("aws_vpc_security_group_ingress_rule", rule)).toEqual(["ingress tcp/80-81 0.0.0.0/0"]);
    const firewall = { allow: [{ protocol: "tcp", ports: ["80", "8000-9000"] }], source_ranges: [] };
    expect(grants("google_compute_firewall", firewall)).toEqual([
      "ingress tcp/80-80 0.0.0.0/0",
      "ingress tcp/8000-9000 0.0.0.0/0",
    ]);
  });

  test("of policies are one per action, resource and principal, whatever attribute holds the JSON", () => {
    const statement = {
      Effect: "Allow",
      Action: ["s3:Get*", "s3:Put*"],
      Resource: "*",
      Principal: { AWS: "*" },
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    };
    const found = grants("aws_anything", { inline: [{ doc: JSON.stringify({ Statement: statement }) }] });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^allow s3:Get\* on \* by \* if [0-9a-f]{32}$/);
    const not = { Effect: "Allow", NotAction: ["iam:*"], NotResource: ["a"], NotPrincipal: { AWS: ["x"] } };
    expect(grants("aws_iam_policy", { policy: JSON.stringify({ Statement: [not] }) })).toEqual([
      "allow not:iam:* on not:a by not:AWS:x",
    ]);
    const data = { statement: [{ actions: ["ec2:*"], resources: ["*"], effect: null }] };
    expect(grants("aws_iam_policy_document", data)).toEqual(["allow ec2:* on * by -"]);
  });

  test("of switches name what is open", () => {
    expect(grants("aws_db_instance", { publicly_accessible: true })).toEqual(["open publicly_accessible"]);
    expect(grants("aws_s3_bucket_acl", { acl: "public-read" })).toEqual(["open acl%20public-read"]);
    expect(grants("aws_lb", { internal: null })).toEqual(["open internet-facing"]);
    expect(grants("aws_lb", { internal: true })).toEqual([]);
    const member = { role: "roles/storage.objectViewer", member: "allUsers" };
    expect(grants("google_storage_bucket_iam_member", member)).toEqual([
      "allow roles/storage.objectViewer on google_storage_bucket by allUsers",
    ]);
    const machine = { network_interface: [{ network: "default", access_config: [{ nat_ip: null }] }] };
    expect(grants("google_compute_instance", machine)).toEqual(["open access_config"]);
    const permission = { action: "lambda:InvokeFunction", principal: "*" };
    expect(grants("aws_lambda_permission", permission)).toEqual([
      "allow lambda:InvokeFunction on function by *",
    ]);
  });

  test("are read back as they were written", () => {
    for (const text of ["open a%20b%25", "allow a on % by x%20y if d", "egress tcp/1-2 ${aws_vpc.a.b}"]) {
      expect(formatGrant(parseGrant(text))).toBe(text);
    }
  });
});

test("a pattern of many stars is compared in no time, and as IAM does it", () => {
  const stars = ["allow a:b on *a*a*a*a*a*b by -"];
  const startedAt = performance.now();
  expect(isWider(stars, [`allow a:b on ${"a".repeat(2_000)} by -`])).toBe(true);
  expect(isWider(stars, [`allow a:b on ${"xa".repeat(1_000)}b by -`])).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(isWider(["allow a:b on a?c*-*e by -"], ["allow a:b on abc-*-e by -"])).toBe(false);
  expect(isWider(["allow a:b on a?c by -"], ["allow a:b on a*c by -"])).toBe(true);
});

describe("what is wider", () => {
  test.each([
    ["a larger network", ["ingress tcp/22-22 10.0.0.0/16"], ["ingress tcp/22-22 10.0.0.0/15"]],
    [
      "two halves of everything",
      ["ingress tcp/22-22 10.0.0.0/8"],
      ["ingress tcp/22-22 0.0.0.0/1", "ingress tcp/22-22 128.0.0.0/1"],
    ],
    ["more ports", ["ingress tcp/22-22 10.0.0.0/8"], ["ingress tcp/22-23 10.0.0.0/8"]],
    ["another protocol", ["ingress tcp/53-53 10.0.0.0/8"], ["ingress udp/53-53 10.0.0.0/8"]],
    ["IPv6 besides IPv4", ["ingress tcp/22-22 0.0.0.0/0"], ["ingress tcp/22-22 ::/0"]],
    ["another direction", ["egress all/0-65535 0.0.0.0/0"], ["ingress all/0-65535 0.0.0.0/0"]],
    ["an action with a star", ["allow ec2:Describe* on * by -"], ["allow ec2:* on * by -"]],
    ["all resources", ["allow s3:GetObject on arn:aws:s3:::a/* by -"], ["allow s3:GetObject on * by -"]],
    ["everyone", ["allow s3:GetObject on * by AWS:1"], ["allow s3:GetObject on * by *"]],
    ["a dropped condition", ["allow a:b on * by * if x"], ["allow a:b on * by *"]],
    ["a dropped denial", ["deny s3:* on * by *"], []],
    ["a narrower denial", ["deny s3:* on * by *"], ["deny s3:Put* on * by *"]],
    ["fewer exclusions", ["allow not:iam:*,s3:* on * by -"], ["allow not:iam:* on * by -"]],
    ["all but something in place of a few", ["allow s3:* on * by -"], ["allow not:iam:* on * by -"]],
    [
      "a network in place of a name",
      ["ingress tcp/1-1 ${aws_vpc.a.cidr_block}"],
      ["ingress tcp/1-1 10.0.0.0/8"],
    ],
  ])("%s", (_, before, now) => {
    expect(isWider(before, now)).toBe(true);
  });

  test.each([
    ["a smaller network", ["ingress tcp/22-22 10.0.0.0/8"], ["ingress tcp/22-22 10.1.0.0/16"]],
    ["fewer ports", ["ingress tcp/0-65535 10.0.0.0/8"], ["ingress tcp/22-22 10.0.0.0/8"]],
    [
      "one rule in place of two",
      ["ingress tcp/1-5 10.0.0.0/9", "ingress tcp/3-9 10.0.0.0/8", "ingress tcp/1-4 10.128.0.0/9"],
      ["ingress tcp/1-9 10.0.0.0/9"],
    ],
    [
      "halves that were there together",
      ["ingress tcp/1-1 0.0.0.0/1", "ingress tcp/1-1 128.0.0.0/1"],
      ["ingress tcp/1-1 0.0.0.0/0"],
    ],
    ["a narrower action", ["allow ec2:* on * by -"], ["allow ec2:Describe* on * by -"]],
    ["another way to write an action", ["allow S3:getobject on * by -"], ["allow s3:GetObject on * by -"]],
    ["more exclusions", ["allow not:iam:* on * by -"], ["allow not:iam:*,s3:* on * by -"]],
    ["one that was not excluded", ["allow not:iam:* on * by -"], ["allow s3:Get* on * by -"]],
    ["a condition more", ["allow a:b on * by *"], ["allow a:b on * by * if x"]],
    ["one denial more", [], ["deny s3:* on * by *"]],
    [
      "a role within",
      ["allow roles/editor on google_project by user:a"],
      ["allow roles/viewer on google_project by user:a"],
    ],
    ["nothing", ["open publicly_accessible"], []],
  ])("not %s", (_, before, now) => {
    expect(isWider(before, now)).toBe(false);
  });

  test("a value that only the plan knows is any one value, no wildcard and no network of everyone", () => {
    const policy = ["allow s3:* on ${aws_s3_bucket.b.arn}/* by -"];
    expect(isWider(policy, ["allow s3:* on arn:aws:s3:::b/* by -"], LOOSE)).toBe(false);
    expect(isWider(policy, ["allow s3:* on * by -"], LOOSE)).toBe(true);
    const rule = ["ingress tcp/1-1 ${aws_vpc.a.cidr_block}"];
    expect(isWider(rule, ["ingress tcp/1-1 10.0.0.0/8"], LOOSE)).toBe(false);
    expect(isWider(rule, ["ingress tcp/1-1 0.0.0.0/0"], LOOSE)).toBe(true);
    expect(isWider(rule, ["ingress tcp/1-1 0.0.0.0/1"], LOOSE)).toBe(true);
  });

  test("what only an apply tells is what the expression stands for, in text and in conditions", () => {
    const member = [
      "allow roles/logging.logWriter on google_project by serviceAccount:${google_service_account.a.email}",
    ];
    expect(isWider(member, ["allow roles/logging.logWriter on google_project by ${unknown}"], LOOSE)).toBe(
      false,
    );
    expect(isWider(member, ["allow roles/owner on google_project by ${unknown}"], LOOSE)).toBe(true);
    const limited = ["allow lambda:InvokeFunction on function by events.amazonaws.com if a"];
    expect(
      isWider(limited, ["allow lambda:InvokeFunction on function by events.amazonaws.com if b"], LOOSE),
    ).toBe(false);
    expect(isWider(limited, ["allow lambda:InvokeFunction on function by events.amazonaws.com if b"])).toBe(
      true,
    );
    expect(isWider(limited, ["allow lambda:InvokeFunction on function by events.amazonaws.com"], LOOSE)).toBe(
      true,
    );
  });
});
