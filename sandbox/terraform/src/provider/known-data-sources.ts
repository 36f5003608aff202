import type { ObjectValue, Value } from "./dynamic-value.ts";
import { PLACEHOLDER_ACCOUNT } from "./placeholder.ts";
import { renderPolicyDocument } from "./policy-document.ts";
import type { ProviderSession } from "./provider-session.ts";

interface Question {
  readonly config: ObjectValue;
  readonly region: string;
  readonly session: ProviderSession;
}

interface KnownValues {
  readonly values: Readonly<Record<string, Value>>;
  /** The values follow from the configuration alone: the real provider would give the same. */
  readonly isExact?: boolean;
}

/** The partition of a region, from the prefixes that AWS documents. */
function partition(region: string): { readonly name: string; readonly suffix: string } {
  if (region.startsWith("cn-")) return { name: "aws-cn", suffix: "amazonaws.com.cn" };
  return { name: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", suffix: "amazonaws.com" };
}

const ZONES = ["a", "b", "c"];

function given(config: ObjectValue, name: string, fallback: string): string {
  const value = config[name];
  return typeof value === "string" ? value : fallback;
}

function awsRegion({ config, region }: Question): KnownValues {
  const name = given(config, "region", given(config, "name", region));
  return {
    values: {
      id: name,
      name,
      region: name,
      endpoint: `ec2.${name}.${partition(name).suffix}`,
    },
    isExact: true,
  };
}

/**
 * Data sources whose values we can tell better than by the type of the attribute: what follows from the provider block
 * or the configuration, and well-formed stand-ins for what configurations index into.
 */
export const KNOWN_DATA_SOURCES: Readonly<Record<string, (question: Question) => KnownValues>> = {
  aws_region: awsRegion,
  aws_partition: ({ region }) => {
    const { name, suffix } = partition(region);
    const reverse = suffix.split(".").reverse().join(".");
    return {
      values: { id: name, partition: name, dns_suffix: suffix, reverse_dns_prefix: reverse },
      isExact: true,
    };
  },
  aws_iam_policy_document: ({ config }) => renderPolicyDocument(config),
  aws_caller_identity: () => ({
    values: {
      id: PLACEHOLDER_ACCOUNT,
      account_id: PLACEHOLDER_ACCOUNT,
      arn: `arn:aws:iam::${PLACEHOLDER_ACCOUNT}:user/stand-in`,
      user_id: "STANDIN",
    },
  }),
  aws_availability_zones: ({ region }) => ({
    values: {
      id: region,
      names: ZONES.map((zone) => `${region}${zone}`),
      zone_ids: ZONES.map((zone, index) => `${region}-az${index + 1}`),
      group_names: [region],
    },
  }),
  aws_subnets: () => ({
    values: { ids: ZONES.map((zone) => `subnet-0000000000000000${zone}`) },
  }),
  google_client_config: ({ session, region }) => ({
    values: {
      project: session.setting("project") ?? "stand-in-project",
      region: session.setting("region") ?? region,
      zone: session.setting("zone") ?? null,
    },
  }),
  google_project: ({ config, session }) => ({
    values: { project_id: given(config, "project_id", session.setting("project") ?? "stand-in-project") },
  }),
  google_compute_zones: ({ config, session, region }) => ({
    values: {
      names: ZONES.map((zone) => `${given(config, "region", session.setting("region") ?? region)}-${zone}`),
    },
  }),
};
