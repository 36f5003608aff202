import { renderGetMetricData } from "./data/cloudwatch.ts";
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
import { DATABASES } from "./fleet/database.ts";
import { GROUPS } from "./fleet/group.ts";
import { VOLUMES } from "./fleet/volume.ts";
import { WEB } from "./fleet/web.ts";
import { cloudId } from "./ids.ts";
import { databaseResources } from "./state/database.ts";
import { groupResources } from "./state/group.ts";
import { instanceResource } from "./state/instance.ts";
import { loadBalancerResources } from "./state/load-balancer.ts";
import { networkResources } from "./state/network.ts";
import { renderState } from "./state/state-file.ts";
import { volumeResources } from "./state/volume.ts";

const MACHINES = [...WEB];

function state(): string {
  return renderState([
    ...networkResources(),
    ...loadBalancerResources(WEB.map((machine) => machine.address.split('"')[1] ?? "")),
    ...MACHINES.map(instanceResource),
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
    ...networkCharges(["aws_eip.nat"]),
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
    ["data/cost/focus-aws-2026-10.csv.gz", awsBill()],
  ]);
}
