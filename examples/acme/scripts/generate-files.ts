import { renderGetMetricData } from "./data/cloudwatch.ts";
import { extraSeries } from "./data/extra-series.ts";
import { databaseSeries, groupSeries, volumeSeries } from "./data/fleet-series.ts";
import {
  databaseCharges,
  groupCharges,
  machineCharges,
  networkCharges,
  volumeCharges,
} from "./data/aws-charges.ts";
import { renderAwsBill } from "./data/focus-aws.ts";
import { instanceSeries } from "./data/series.ts";
import { renderAccessLog } from "./data/access-log.ts";
import { renderLoadBalancerLog } from "./data/load-balancer-log.ts";
import { renderGcpBill } from "./data/focus-gcp.ts";
import { renderGcpMetrics } from "./data/gcp-metrics.ts";
import { renderDcgm } from "./data/prometheus.ts";
import { DATABASES } from "./fleet/database.ts";
import { GROUPS } from "./fleet/group.ts";
import { GPU_MACHINES } from "./fleet/gpu.ts";
import { LEGACY } from "./fleet/legacy.ts";
import type { Ec2Machine } from "./fleet/machine.ts";
import { SERVICES } from "./fleet/services.ts";
import { SINGLES } from "./fleet/singles.ts";
import { VOLUMES } from "./fleet/volume.ts";
import { WEB } from "./fleet/web.ts";
import { cloudId } from "./ids.ts";
import { databaseResources } from "./state/database.ts";
import { gcpResources } from "./state/gcp.ts";
import { groupResources } from "./state/group.ts";
import { instanceResource, stoppedState } from "./state/instance.ts";
import { loadBalancerResources } from "./state/load-balancer.ts";
import { elasticIp, networkResources } from "./state/network.ts";
import { batchTypeParameter } from "./state/parameter.ts";
import { renderState } from "./state/state-file.ts";
import { volumeResources } from "./state/volume.ts";

const MACHINES: readonly Ec2Machine[] = [...WEB, ...SERVICES, ...SINGLES, ...LEGACY, ...GPU_MACHINES];

function state(): string {
  return renderState([
    ...networkResources(),
    ...loadBalancerResources(WEB.map((machine) => machine.address.split('"')[1] ?? "")),
    ...MACHINES.map(instanceResource),
    ...MACHINES.filter((machine) => machine.load === undefined).map((machine) =>
      stoppedState(machine.address.replace("aws_instance.", "aws_ec2_instance_state."), machine),
    ),
    elasticIp("aws_eip.old_vpn", null, null),
    batchTypeParameter(),
    ...gcpResources(),
    ...GROUPS.flatMap(groupResources),
    ...databaseResources(DATABASES),
    ...VOLUMES.flatMap(volumeResources),
  ]);
}

function awsBill(): string {
  return renderAwsBill([
    ...MACHINES.flatMap(machineCharges),
    ...GROUPS.flatMap(groupCharges),
    ...VOLUMES.flatMap(volumeCharges),
    ...DATABASES.flatMap(databaseCharges),
    ...networkCharges(["aws_eip.nat", "aws_eip.old_vpn"]),
  ]);
}

/**
 * Every generated file of the example, by path from its folder. Names that end in ".gz" are compressed when they are
 * written; the text here is what is inside.
 */
export function generateFiles(): ReadonlyMap<string, string> {
  const ec2 = MACHINES.flatMap((machine) =>
    machine.load === undefined ? [] : instanceSeries(cloudId("i", machine.address), machine.load),
  );
  return new Map([
    ["terraform.tfstate", state()],
    ["data/metrics/cloudwatch-ec2.json.gz", renderGetMetricData(ec2, "TimestampDescending")],
    [
      "data/metrics/cloudwatch-asg.json.gz",
      renderGetMetricData(GROUPS.flatMap(groupSeries), "TimestampAscending"),
    ],
    [
      "data/metrics/cloudwatch-rds.json.gz",
      renderGetMetricData(DATABASES.flatMap(databaseSeries), "TimestampAscending"),
    ],
    [
      "data/metrics/cloudwatch-ebs.json.gz",
      renderGetMetricData(VOLUMES.flatMap(volumeSeries), "TimestampDescending"),
    ],
    ["data/metrics/cloudwatch-extra.json.gz", renderGetMetricData(extraSeries(), "TimestampAscending")],
    ["data/cost/focus-aws-2026-10.csv.gz", awsBill()],
    ["data/cost/focus-gcp-2026-10.csv", renderGcpBill()],
    ["data/metrics/dcgm.json.gz", renderDcgm(GPU_MACHINES)],
    ["data/metrics/gcp.csv.gz", renderGcpMetrics()],
    ["data/logs/web-access.log.gz", renderAccessLog()],
    ["data/logs/web-1-peak.log.gz", renderLoadBalancerLog()],
  ]);
}
