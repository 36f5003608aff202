import {
  AutoScalingClient,
  paginateDescribeAutoScalingGroups,
  paginateDescribePolicies,
  paginateDescribeScheduledActions,
} from "@aws-sdk/client-auto-scaling";
import type { Collected, JsonObject, Resource } from "@apex/core";
import { awsResource } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { callsOf } from "./calls-of.ts";
import {
  groupAttributes,
  observedGroup,
  policyAttributes,
  scheduleAttributes,
} from "./autoscaling-attributes.ts";

/** The most that all three operations give in a page. */
const ITEMS_A_PAGE = 100;

const call = callsOf("autoscaling");

/** Auto Scaling groups with their scaling policies and scheduled actions. */
export const autoScalingGroups: AwsService = {
  name: "autoscaling-groups",
  title: "Auto Scaling groups",
  calls: [
    call("DescribeAutoScalingGroups"),
    // Without these two a group that scales would be taken for one of a fixed size: no group is told without them.
    call("DescribePolicies"),
    call("DescribeScheduledActions"),
  ],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(AutoScalingClient);
  const pager = { client, pageSize: ITEMS_A_PAGE, stopOnSameToken: true };
  const found: (Resource | undefined)[] = [];
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups(pager, {})) {
    for (const group of AutoScalingGroups) {
      const attributes = groupAttributes(group);
      const observed = observedGroup(group);
      found.push(awsResource(session, { type: "aws_autoscaling_group", attributes, observed }));
    }
  }
  if (found.length === 0) return;
  for await (const { ScalingPolicies = [] } of paginateDescribePolicies(pager, {})) {
    for (const policy of ScalingPolicies)
      found.push(member(session, "aws_autoscaling_policy", policyAttributes(policy)));
  }
  for await (const { ScheduledUpdateGroupActions = [] } of paginateDescribeScheduledActions(pager, {})) {
    for (const action of ScheduledUpdateGroupActions)
      found.push(member(session, "aws_autoscaling_schedule", scheduleAttributes(action)));
  }
  for (const resource of found) if (resource !== undefined) yield { kind: "resource", resource };
}

/** What belongs to a group has a name that is unique in the group alone: its ARN is its id. */
function member(session: AwsSession, type: string, attributes: JsonObject): Resource | undefined {
  const resource = awsResource(session, { type, attributes });
  const { arn } = attributes;
  return resource === undefined || typeof arn !== "string" ? resource : { ...resource, id: arn, aliases: [] };
}
