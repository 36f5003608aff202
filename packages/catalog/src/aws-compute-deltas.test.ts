import type { DeltaTable } from "./testing/delta-cases.ts";
import { testDeltas } from "./testing/test-deltas.ts";

const EBS_VOLUME: DeltaTable = {
  type: "aws_ebs_volume",
  base: { type: "gp3", size: 100, availability_zone: "us-east-1a" },
  cases: [
    ["size", 150, "4", "50 GB x 0.08"],
    ["type", "gp2", "2", "100 GB x (0.10 - 0.08)"],
    ["type", "odd", "unknown", "has no known price"],
    ["iops", 4000, "5", "(4,000 - 3,000) IOPS x 0.005"],
    ["throughput", 225, "4", "100 MB/s x 0.04"],
  ],
};

testDeltas({ tables: [EBS_VOLUME], types: ["aws_ebs_volume"], neutral: {} });
