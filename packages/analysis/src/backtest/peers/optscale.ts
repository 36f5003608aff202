import { distributionOf, percentileOf } from "../../statistics/distribution.ts";
import { lastDays } from "../recorded-machine.ts";
import { keep, type SizingRule, smallestFor } from "../sizing-rule.ts";
import { meansOf } from "./averages.ts";

/** The share of the new machine that its limit allows to be used. */
const LIMIT = 0.8;

const QUARTER_HOUR_MS = 900_000;

/** Rightsizing of OptScale: P99 of quarter-hour averages of three days, at most 80 % of the new machine. */
export const OPTSCALE: SizingRule = {
  name: "optscale",
  title: "OptScale rightsizing",
  isOurs: false,
  source: "hystax/optscale 4617ceb, bumiworker/modules/recommendations/rightsizing_instances.py",
  reading: "P99 of 15-minute averages of 3 days / 0.8, rounded up to 1 or an even number of vCPU",
  choose: (history, _, sizes) => {
    const averages = Float64Array.from(meansOf(lastDays(history, 3), QUARTER_HOUR_MS));
    const distribution = distributionOf(averages);
    if (distribution === undefined) return keep(history);
    const cpus = Math.ceil(((history.vcpu / LIMIT) * percentileOf(distribution, 99)) / 100);
    return smallestFor(cpus <= 1 ? 1 : cpus + (cpus % 2), history, sizes);
  },
};
