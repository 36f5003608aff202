import {
  DescribeInstanceHealthCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingClient,
  type InstanceState,
  type LoadBalancerDescription,
  paginateDescribeLoadBalancers,
  type Tag,
} from "@aws-sdk/client-elastic-load-balancing";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { inGroups } from "../in-groups.ts";
import { optionalEach } from "../optional-each.ts";
import { callsOf } from "./calls-of.ts";
import { lifeCycle } from "./life-cycle.ts";

/** Source: Elastic Load Balancing API reference (2012-06-01), DescribeTags, LoadBalancerNames. */
const TAGGED_MAX = 20;

const call = callsOf("elasticloadbalancing");

const BALANCERS = call("DescribeLoadBalancers");
const HEALTH = call("DescribeInstanceHealth");
const TAGS = call("DescribeTags");

/** Classic Load Balancers with their instances. */
export const elbClassic: AwsService = {
  name: "elb-classic",
  title: "classic load balancers",
  calls: [BALANCERS, HEALTH, TAGS],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(ElasticLoadBalancingClient);
  const balancers: LoadBalancerDescription[] = [];
  const pages = paginateDescribeLoadBalancers({ client, stopOnSameToken: true }, {});
  for await (const { LoadBalancerDescriptions = [] } of pages) balancers.push(...LoadBalancerDescriptions);
  if (balancers.length === 0) return;
  const names = balancers.flatMap(({ LoadBalancerName }) => LoadBalancerName ?? []);
  const health = await optionalEach(
    session,
    { call: HEALTH, cost: "without it it is not known which balancers have no healthy instance" },
    names,
    async (name) => {
      const answer = await client.send(new DescribeInstanceHealthCommand({ LoadBalancerName: name }));
      return answer.InstanceStates ?? [];
    },
  );
  const tags = await optionalEach(
    session,
    { call: TAGS, cost: "without it the tags of balancers are not known" },
    [...inGroups(names, TAGGED_MAX)],
    async (group) => {
      const answer = await client.send(new DescribeTagsCommand({ LoadBalancerNames: [...group] }));
      return (answer.TagDescriptions ?? []).map(
        ({ LoadBalancerName, Tags = [] }) => [LoadBalancerName ?? "", Tags] as const,
      );
    },
  );
  for (const diagnostic of [...health.diagnostics, ...tags.diagnostics])
    yield { kind: "diagnostic", diagnostic };
  const tagsByName = new Map([...tags.answers.values()].flat());
  for (const balancer of balancers) {
    const name = balancer.LoadBalancerName ?? "";
    const states = health.answers.get(name);
    const instances = (balancer.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
    const resource = awsResource(session, {
      type: "aws_elb",
      attributes: attributesOf(session, balancer, tagsByName.get(name)),
      observed: {
        ...lifeCycle(balancer.CreatedTime, undefined),
        usedBy: instances,
        details: awsAttributes({
          registered_targets: instances.length,
          healthy_targets: states === undefined ? undefined : inService(states),
        }),
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

function inService(states: readonly InstanceState[]): number {
  return states.filter(({ State }) => State === "InService").length;
}

function attributesOf(
  { partition, region, accountId }: AwsSession,
  balancer: LoadBalancerDescription,
  tags: readonly Tag[] | undefined,
): JsonObject {
  const name = balancer.LoadBalancerName;
  return awsAttributes({
    id: name,
    name,
    arn: `arn:${partition}:elasticloadbalancing:${region}:${accountId}:loadbalancer/${name ?? ""}`,
    dns_name: balancer.DNSName,
    internal: balancer.Scheme === undefined ? undefined : balancer.Scheme === "internal",
    availability_zones: balancer.AvailabilityZones,
    subnets: balancer.Subnets,
    security_groups: balancer.SecurityGroups,
    instances: (balancer.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []),
    tags: tags === undefined ? undefined : tagMap(tags),
  });
}
