import {
  DescribeLoadBalancerAttributesCommand,
  DescribeTagsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancer,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
  type Tag,
  type TargetGroup,
  type TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { inGroups } from "../in-groups.ts";
import { optionalEach } from "../optional-each.ts";
import { callsOf } from "./calls-of.ts";
import { lifeCycle } from "./life-cycle.ts";

/** Source: Elastic Load Balancing API reference, DescribeTags, ResourceArns. */
const TAGGED_MAX = 20;

const call = callsOf("elasticloadbalancing");

const BALANCERS = call("DescribeLoadBalancers");
const GROUPS = call("DescribeTargetGroups");
const HEALTH = call("DescribeTargetHealth");
const ATTRIBUTES = call("DescribeLoadBalancerAttributes");
const TAGS = call("DescribeTags");

/** Application, Network and Gateway Load Balancers with what is registered behind them. */
export const elbBalancers: AwsService = {
  name: "elb-balancers",
  title: "load balancers",
  calls: [BALANCERS, GROUPS, HEALTH, ATTRIBUTES, TAGS],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(ElasticLoadBalancingV2Client);
  const balancers: LoadBalancer[] = [];
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers(
    { client, stopOnSameToken: true },
    {},
  ))
    balancers.push(...LoadBalancers);
  if (balancers.length === 0) return;
  const arns = balancers.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
  const registered = await targetsOf(session, client);
  const protection = await optionalEach(
    session,
    { call: ATTRIBUTES, cost: "without it it is not known which balancers are protected against deletion" },
    arns,
    (arn) => attributesOf(client, arn),
  );
  const tags = await optionalEach(
    session,
    { call: TAGS, cost: "without it the tags of balancers are not known" },
    [...inGroups(arns, TAGGED_MAX)],
    (group) => tagsOf(client, group),
  );
  for (const diagnostic of [...registered.diagnostics, ...protection.diagnostics, ...tags.diagnostics])
    yield { kind: "diagnostic", diagnostic };
  const tagsByArn = new Map([...tags.answers.values()].flat());
  for (const balancer of balancers) {
    const arn = balancer.LoadBalancerArn ?? "";
    const targets = registered.byBalancer?.get(arn) ?? (registered.byBalancer === undefined ? undefined : []);
    const resource = awsResource(session, {
      type: "aws_lb",
      attributes: balancerAttributes(balancer, protection.answers.get(arn), tagsByArn.get(arn)),
      observed: {
        ...lifeCycle(balancer.CreatedTime, balancer.State?.Code),
        ...(targets === undefined ? {} : observedTargets(targets)),
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

function balancerAttributes(
  balancer: LoadBalancer,
  settings: ReadonlyMap<string, string> | undefined,
  tags: readonly Tag[] | undefined,
): JsonObject {
  const { LoadBalancerArn: arn, Scheme: scheme } = balancer;
  const isProtected = settings?.get("deletion_protection.enabled");
  return awsAttributes({
    id: arn,
    arn,
    // CloudWatch's dimension and Terraform's attribute: what follows "loadbalancer/".
    arn_suffix: arn?.slice(arn.indexOf("loadbalancer/") + "loadbalancer/".length),
    name: balancer.LoadBalancerName,
    dns_name: balancer.DNSName,
    load_balancer_type: balancer.Type,
    internal: scheme === undefined ? undefined : scheme === "internal",
    ip_address_type: balancer.IpAddressType,
    vpc_id: balancer.VpcId,
    subnets: (balancer.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    subnet_mapping: (balancer.AvailabilityZones ?? []).map(({ SubnetId, LoadBalancerAddresses = [] }) =>
      awsAttributes({
        subnet_id: SubnetId,
        allocation_id: LoadBalancerAddresses.find(({ AllocationId }) => AllocationId !== undefined)
          ?.AllocationId,
      }),
    ),
    security_groups: balancer.SecurityGroups,
    enable_deletion_protection: isProtected === undefined ? undefined : isProtected === "true",
    tags: tags === undefined ? undefined : tagMap(tags),
  });
}

function observedTargets(targets: readonly TargetHealthDescription[]) {
  const ids = targets.flatMap(({ Target }) => Target?.Id ?? []);
  const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
  return {
    usedBy: [...new Set(ids)],
    details: { registered_targets: targets.length, healthy_targets: healthy },
  };
}

/** What is registered behind each balancer, by its ARN; `undefined` where that could not be asked. */
async function targetsOf(session: AwsSession, client: ElasticLoadBalancingV2Client) {
  const cost = "without it it is not known which balancers have no targets";
  const groups = await session.optional(GROUPS, cost, () => allGroups(client));
  if (groups.kind === "failed") return { byBalancer: undefined, diagnostics: [groups.diagnostic] };
  const inUse = groups.value.filter(({ LoadBalancerArns = [] }) => LoadBalancerArns.length > 0);
  const health = await optionalEach(session, { call: HEALTH, cost }, inUse, async ({ TargetGroupArn }) => {
    const answer = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return answer.TargetHealthDescriptions ?? [];
  });
  // One group that is not known may be the one with the targets.
  if (health.answers.size < inUse.length) return { byBalancer: undefined, diagnostics: health.diagnostics };
  const byBalancer = new Map<string, TargetHealthDescription[]>();
  for (const [{ LoadBalancerArns = [] }, targets] of health.answers)
    for (const arn of LoadBalancerArns) byBalancer.set(arn, [...(byBalancer.get(arn) ?? []), ...targets]);
  return { byBalancer, diagnostics: health.diagnostics };
}

async function allGroups(client: ElasticLoadBalancingV2Client): Promise<readonly TargetGroup[]> {
  const groups: TargetGroup[] = [];
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups(
    { client, stopOnSameToken: true },
    {},
  ))
    groups.push(...TargetGroups);
  return groups;
}

async function attributesOf(
  client: ElasticLoadBalancingV2Client,
  arn: string,
): Promise<ReadonlyMap<string, string>> {
  const { Attributes = [] } = await client.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
  );
  return new Map(Attributes.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

async function tagsOf(
  client: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<readonly (readonly [arn: string, tags: readonly Tag[]])[]> {
  const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns: [...arns] }));
  return TagDescriptions.map(({ ResourceArn, Tags = [] }) => [ResourceArn ?? "", Tags] as const);
}
