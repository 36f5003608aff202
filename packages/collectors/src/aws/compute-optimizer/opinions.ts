import type {
  AutoScalingGroupRecommendation,
  IdleRecommendation,
  InstanceRecommendation,
  LambdaFunctionRecommendation,
  RDSDBRecommendation,
  VolumeConfiguration,
  VolumeRecommendation,
} from "@aws-sdk/client-compute-optimizer";
import { formatInstant, parseDecimal, type SecondOpinion } from "@apex/core";

/** Its first choice of a resource's options, as far as all kinds have it. */
interface Option {
  readonly rank?: number | undefined;
  readonly performanceRisk?: number | undefined;
  readonly savingsOpportunity?: Savings | undefined;
  readonly savingsOpportunityAfterDiscounts?: Savings | undefined;
}

interface Savings {
  readonly estimatedMonthlySavings?:
    | { readonly currency?: string | undefined; readonly value?: number | undefined }
    | undefined;
}

interface Finding {
  readonly resourceId: string | undefined;
  readonly finding: string | undefined;
  readonly reasonCodes?: readonly string[] | undefined;
  readonly option?: Option | undefined;
  readonly target?: string | undefined;
  readonly refreshed: Date | undefined;
}

/** Gives an opinion its form; `undefined` for one that names no resource or finds nothing. */
function opinionOf(found: Finding, nowMs: number): SecondOpinion | undefined {
  const { resourceId, finding, option } = found;
  if (resourceId === undefined || resourceId === "" || finding === undefined) return undefined;
  const { value, currency } =
    (option?.savingsOpportunityAfterDiscounts ?? option?.savingsOpportunity)?.estimatedMonthlySavings ?? {};
  const savings = value === undefined ? undefined : parseDecimal(value);
  return {
    resourceId,
    source: "aws-compute-optimizer",
    finding,
    reasonCodes: found.reasonCodes ?? [],
    ...(found.target === undefined ? {} : { target: found.target }),
    ...(option?.performanceRisk === undefined ? {} : { performanceRisk: option.performanceRisk }),
    ...(savings === undefined || currency === undefined ? {} : { monthlySavings: savings, currency }),
    at: formatInstant(found.refreshed?.getTime() ?? nowMs),
  };
}

function firstOf<T extends Option>(options: readonly T[] | undefined): T | undefined {
  return options?.toSorted((a, b) => (a.rank ?? Number.MAX_VALUE) - (b.rank ?? Number.MAX_VALUE))[0];
}

/** EC2 gives ids that nobody else has; what its owner names is known by its ARN. */
function idOf(arn: string | undefined): string | undefined {
  return arn?.split(":")[2] === "ec2" ? arn.split("/").at(-1) : arn;
}

/** Of an EC2 instance. */
export function instanceOpinion(found: InstanceRecommendation, nowMs: number): SecondOpinion | undefined {
  const option = firstOf(found.recommendationOptions);
  const idle = found.idle === "True" ? ["Idle"] : [];
  return opinionOf(
    {
      resourceId: idOf(found.instanceArn),
      finding: found.finding,
      reasonCodes: [...idle, ...(found.findingReasonCodes ?? [])],
      option,
      target: option?.instanceType,
      refreshed: found.lastRefreshTimestamp,
    },
    nowMs,
  );
}

/** Of an Auto Scaling group. */
export function groupOpinion(
  found: AutoScalingGroupRecommendation,
  nowMs: number,
): SecondOpinion | undefined {
  const option = firstOf(found.recommendationOptions);
  return opinionOf(
    {
      resourceId: found.autoScalingGroupArn ?? found.autoScalingGroupName,
      finding: found.finding,
      option,
      target: option?.configuration?.instanceType,
      refreshed: found.lastRefreshTimestamp,
    },
    nowMs,
  );
}

/** Of an EBS volume; the target reads "gp3 100 GiB 3000 IOPS 125 MiB/s". */
export function volumeOpinion(found: VolumeRecommendation, nowMs: number): SecondOpinion | undefined {
  const option = firstOf(found.volumeRecommendationOptions);
  return opinionOf(
    {
      resourceId: idOf(found.volumeArn),
      finding: found.finding,
      option,
      target: option?.configuration === undefined ? undefined : volumeText(option.configuration),
      refreshed: found.lastRefreshTimestamp,
    },
    nowMs,
  );
}

function volumeText({
  volumeType,
  volumeSize,
  volumeBaselineIOPS: iops,
  volumeBaselineThroughput: throughput,
}: VolumeConfiguration): string | undefined {
  if (volumeType === undefined) return undefined;
  return [
    volumeType,
    ...(volumeSize === undefined ? [] : [`${volumeSize} GiB`]),
    ...(iops === undefined ? [] : [`${iops} IOPS`]),
    ...(throughput === undefined ? [] : [`${throughput} MiB/s`]),
  ].join(" ");
}

/** Of an RDS database's machine; what it thinks of its storage is left out. */
export function databaseOpinion(found: RDSDBRecommendation, nowMs: number): SecondOpinion | undefined {
  const option = firstOf(found.instanceRecommendationOptions);
  const idle = found.idle === "True" ? ["Idle"] : [];
  return opinionOf(
    {
      resourceId: idOf(found.resourceArn),
      finding: found.instanceFinding,
      reasonCodes: [...idle, ...(found.instanceFindingReasonCodes ?? [])],
      option,
      target: option?.dbInstanceClass,
      refreshed: found.lastRefreshTimestamp,
    },
    nowMs,
  );
}

/** Of a Lambda function; the target is its memory in MB. */
export function functionOpinion(
  found: LambdaFunctionRecommendation,
  nowMs: number,
): SecondOpinion | undefined {
  const option = firstOf(found.memorySizeRecommendationOptions);
  return opinionOf(
    {
      // arn:aws:lambda:eu-west-1:123456789012:function:resize:$LATEST
      resourceId: found.functionArn?.split(":").slice(0, 7).join(":"),
      finding: found.finding,
      reasonCodes: found.findingReasonCodes,
      option,
      target: option?.memorySize === undefined ? undefined : `${option.memorySize} MB`,
      refreshed: found.lastRefreshTimestamp,
    },
    nowMs,
  );
}

/** Of whatever it finds unused: instances, volumes, databases, NAT gateways. */
export function idleOpinion(found: IdleRecommendation, nowMs: number): SecondOpinion | undefined {
  return opinionOf(
    {
      resourceId: idOf(found.resourceArn) ?? found.resourceId,
      finding: found.finding,
      option: found,
      refreshed: found.lastRefreshTimestamp,
    },
    nowMs,
  );
}
