import type { AwsMetricService, AwsService } from "../aws-service.ts";
import { cloudWatch } from "../cloudwatch/cloudwatch.ts";
import { ec2Instances } from "./ec2-instances.ts";

/** All that `apex collect aws` can ask for, in the order of its parts. */
export const AWS_SERVICES: readonly AwsService[] = [ec2Instances];

/** Where the metrics of what was found come from. */
export const AWS_METRIC_SERVICES: readonly AwsMetricService[] = [cloudWatch];
