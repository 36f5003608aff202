import { arn, REGION } from "../ids.ts";
import type { StateResource } from "./state-resource.ts";

/** The SSM parameter in which the data team publishes the size of its batch machine. */
export function batchTypeParameter(): StateResource {
  const name = "/acme/data-platform/batch/instance-type";
  return {
    address: "data.aws_ssm_parameter.batch_instance_type",
    attributes: {
      id: name,
      arn: arn("ssm", `parameter${name}`),
      insecure_value: "c5.4xlarge",
      name,
      region: REGION,
      type: "String",
      value: "c5.4xlarge",
      version: 4,
      with_decryption: true,
    },
    sensitive: [["value"]],
  };
}
