import { LOAD_BALANCER_NAME } from "../state/network.ts";
import { samplesOf } from "../signal.ts";
import { type CloudWatchSeries, instanceSeries } from "./series.ts";

/** A machine that someone started by hand: on the bill and in CloudWatch, not in Terraform. */
export const HAND_MADE_INSTANCE = "i-0b7e1d2c9f3a48e56";

const always = () => true;

/** Requests of the load balancer, every one of them; the access log has every hundredth. */
function requests(): CloudWatchSeries {
  return {
    namespace: "AWS/ApplicationELB",
    metric: "RequestCount",
    dimensions: { LoadBalancer: LOAD_BALANCER_NAME },
    statistic: "Sum",
    values: samplesOf({ shape: "web", mean: 5200, p995: 11_900, floor: 300, digits: 0 }, "access log load"),
    isPresent: always,
  };
}

/** What an export brings besides what anyone asked for: the load balancer, a hand-made machine, a metric nobody sizes by. */
export function extraSeries(): CloudWatchSeries[] {
  const handMade = instanceSeries(HAND_MADE_INSTANCE, {
    cpu: { shape: "office", mean: 4, p995: 22, floor: 0.1 },
    networkIn: { shape: "office", mean: 9_000, p995: 30_000, floor: 100, digits: 0 },
    networkOut: { shape: "office", mean: 4_000, p995: 12_000, floor: 100, digits: 0 },
  });
  const statusCheck: CloudWatchSeries = {
    namespace: "AWS/EC2",
    metric: "StatusCheckFailed",
    dimensions: { InstanceId: HAND_MADE_INSTANCE },
    statistic: "Maximum",
    values: samplesOf({ shape: "flat", mean: 0, digits: 0 }, "status check"),
    isPresent: always,
  };
  return [requests(), ...handMade, statusCheck];
}
