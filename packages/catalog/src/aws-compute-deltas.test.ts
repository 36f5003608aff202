import { AWS_COMPUTE_PRICERS } from "./terraform/aws-compute-pricers.ts";
import { AWS_COMPUTE_DELTAS } from "./testing/deltas/aws-compute.ts";
import { testDeltas } from "./testing/test-deltas.ts";

const OTHERS = new Set(["aws_autoscaling_group", "aws_ebs_snapshot", "aws_ebs_volume", "aws_instance"]);

testDeltas({
  tables: AWS_COMPUTE_DELTAS,
  types: Object.keys(AWS_COMPUTE_PRICERS).filter((type) => !OTHERS.has(type)),
  neutral: {
    "aws_lambda_function: function_name": "what a provisioned concurrency points at",
    "aws_vpn_connection: enable_acceleration":
      "its accelerators have no price: they are left out, and said to be",
  },
});
