import { asgFixedSize } from "./asg-fixed-size.ts";
import { asgFloor } from "./asg-floor.ts";
import { asgResize } from "./asg-resize.ts";
import { asgSchedule } from "./asg-schedule.ts";
import { ebsGp2ToGp3 } from "./ebs-gp2-to-gp3.ts";
import { ebsIops } from "./ebs-iops.ts";
import { ebsSnapshotOld } from "./ebs-snapshot-old.ts";
import { ebsStoppedInstance } from "./ebs-stopped-instance.ts";
import { ebsUnattached } from "./ebs-unattached.ts";
import { ec2Burstable } from "./ec2-burstable.ts";
import { ec2Generation } from "./ec2-generation.ts";
import { ec2Graviton } from "./ec2-graviton.ts";
import { ec2Idle } from "./ec2-idle.ts";
import { ec2Resize } from "./ec2-resize.ts";
import { ec2Schedule } from "./ec2-schedule.ts";
import { eipIdle } from "./eip-idle.ts";
import { elasticacheIdle } from "./elasticache-idle.ts";
import { elasticacheResize } from "./elasticache-resize.ts";
import { eksNodeGroup } from "./eks-node-group.ts";
import { cloudSqlIdle } from "./cloud-sql-idle.ts";
import { cloudSqlResize } from "./cloud-sql-resize.ts";
import { gceDiskUnattached } from "./gce-disk-unattached.ts";
import { gcpAddressIdle } from "./gcp-address-idle.ts";
import { gceIdle } from "./gce-idle.ts";
import { gceResize } from "./gce-resize.ts";
import { gkeGeneration } from "./gke-generation.ts";
import { gkeNodePoolFloor } from "./gke-node-pool.ts";
import { gpuIdle } from "./gpu-idle.ts";
import { gpuOverProvisioned } from "./gpu-over-provisioned.ts";
import { gpuSharing } from "./gpu-sharing.ts";
import { lambdaMemory } from "./lambda-memory.ts";
import { lbIdle } from "./lb-idle.ts";
import { natIdle } from "./nat-idle.ts";
import { rdsBurstable } from "./rds-burstable.ts";
import { rdsGeneration } from "./rds-generation.ts";
import { rdsIdle } from "./rds-idle.ts";
import { rdsResize } from "./rds-resize.ts";
import { rdsSchedule } from "./rds-schedule.ts";
import type { Rule } from "./rule.ts";
import { s3Lifecycle } from "./s3-lifecycle.ts";

/** Every rule, in the order of reports. */
export const RULES: readonly Rule[] = [
  ec2Idle,
  ec2Schedule,
  ec2Resize,
  ec2Generation,
  ec2Graviton,
  ec2Burstable,
  asgFloor,
  asgFixedSize,
  asgSchedule,
  asgResize,
  eksNodeGroup,
  ebsUnattached,
  ebsGp2ToGp3,
  ebsStoppedInstance,
  ebsIops,
  ebsSnapshotOld,
  rdsIdle,
  rdsSchedule,
  rdsResize,
  rdsGeneration,
  rdsBurstable,
  gpuIdle,
  gpuOverProvisioned,
  gpuSharing,
  elasticacheIdle,
  elasticacheResize,
  lambdaMemory,
  s3Lifecycle,
  eipIdle,
  lbIdle,
  natIdle,
  gceIdle,
  gceResize,
  gkeNodePoolFloor,
  gkeGeneration,
  gceDiskUnattached,
  gcpAddressIdle,
  cloudSqlIdle,
  cloudSqlResize,
];
