import {
  EC2Client,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from "@aws-sdk/client-ec2";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, instantOf, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { ec2Call } from "./ec2-call.ts";

/** The most that both operations give in a page. */
const ITEMS_A_PAGE = 200;

/**
 * Launch templates with the data of their latest version, as Terraform's state has it. That of the default version, where it is
 * another, is among the observed details. User data may hold secrets and is left out.
 */
export const ec2LaunchTemplates: AwsService = {
  name: "ec2-launch-templates",
  title: "launch templates",
  calls: [ec2Call("DescribeLaunchTemplates"), ec2Call("DescribeLaunchTemplateVersions")],
  collect,
};

interface Versions {
  latest?: LaunchTemplateVersion;
  default?: LaunchTemplateVersion;
}

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EC2Client);
  const pager = { client, pageSize: ITEMS_A_PAGE, stopOnSameToken: true };
  const templates: LaunchTemplate[] = [];
  for await (const { LaunchTemplates = [] } of paginateDescribeLaunchTemplates(pager, {}))
    templates.push(...LaunchTemplates);
  if (templates.length === 0) return;
  const versions = await versionsOf(client, templates);
  for (const template of templates) {
    const { latest, default: chosen } = versions.get(template.LaunchTemplateId ?? "") ?? {};
    const resource = awsResource(session, {
      type: "aws_launch_template",
      attributes: templateAttributes(session, template, latest),
      observed: {
        ...created(template),
        ...(chosen === undefined || chosen === latest
          ? {}
          : { details: { default_version: dataAttributes(chosen) } }),
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

/** The two versions of every template by its id: without one, the operation tells of all. */
async function versionsOf(
  client: EC2Client,
  templates: readonly LaunchTemplate[],
): Promise<ReadonlyMap<string, Versions>> {
  const byId = new Map(templates.map((template) => [template.LaunchTemplateId ?? "", template]));
  const found = new Map<string, Versions>();
  const pages = paginateDescribeLaunchTemplateVersions(
    { client, pageSize: ITEMS_A_PAGE, stopOnSameToken: true },
    { Versions: ["$Latest", "$Default"] },
  );
  for await (const { LaunchTemplateVersions = [] } of pages) {
    for (const version of LaunchTemplateVersions) {
      const id = version.LaunchTemplateId ?? "";
      const versions = found.get(id) ?? {};
      const number = version.VersionNumber;
      if (number === byId.get(id)?.LatestVersionNumber) versions.latest = version;
      if (number === byId.get(id)?.DefaultVersionNumber) versions.default = version;
      found.set(id, versions);
    }
  }
  return found;
}

function created({ CreateTime }: LaunchTemplate): { readonly createdAt?: string } {
  const at = instantOf(CreateTime);
  return at === undefined ? {} : { createdAt: at };
}

function templateAttributes(
  session: AwsSession,
  template: LaunchTemplate,
  latest: LaunchTemplateVersion | undefined,
): JsonObject {
  const { partition, region, accountId } = session;
  const id = template.LaunchTemplateId;
  return awsAttributes({
    id,
    arn: `arn:${partition}:ec2:${region}:${accountId}:launch-template/${id}`,
    name: template.LaunchTemplateName,
    default_version: template.DefaultVersionNumber,
    latest_version: template.LatestVersionNumber,
    tags: tagMap(template.Tags),
    ...(latest === undefined ? {} : dataAttributes(latest)),
  });
}

/** A version's data under the names of `aws_launch_template`. */
function dataAttributes({ LaunchTemplateData: data = {} }: LaunchTemplateVersion): JsonObject {
  const market = data.InstanceMarketOptions?.MarketType;
  const { Tenancy: tenancy, AvailabilityZone: zone } = data.Placement ?? {};
  return awsAttributes({
    instance_type: data.InstanceType,
    image_id: data.ImageId,
    ebs_optimized: data.EbsOptimized,
    key_name: data.KeyName,
    vpc_security_group_ids: data.SecurityGroupIds,
    monitoring: data.Monitoring?.Enabled === undefined ? undefined : [{ enabled: data.Monitoring.Enabled }],
    credit_specification:
      data.CreditSpecification?.CpuCredits === undefined
        ? undefined
        : [{ cpu_credits: data.CreditSpecification.CpuCredits }],
    instance_market_options: market === undefined ? undefined : [{ market_type: market }],
    placement:
      data.Placement === undefined ? undefined : [awsAttributes({ tenancy, availability_zone: zone })],
    block_device_mappings: data.BlockDeviceMappings?.map(({ DeviceName, VirtualName, Ebs }) =>
      awsAttributes({
        device_name: DeviceName,
        virtual_name: VirtualName,
        ebs:
          Ebs === undefined
            ? undefined
            : [
                awsAttributes({
                  volume_type: Ebs.VolumeType,
                  volume_size: Ebs.VolumeSize,
                  iops: Ebs.Iops,
                  throughput: Ebs.Throughput,
                  encrypted: Ebs.Encrypted,
                  delete_on_termination: Ebs.DeleteOnTermination,
                  snapshot_id: Ebs.SnapshotId,
                }),
              ],
      }),
    ),
  });
}
