import { lastDays } from "../recorded-machine.ts";
import { keep, oneSizeDown, type SizingRule } from "../sizing-rule.ts";
import { dailyMeans, meanOf } from "./averages.ts";

const READING = "one size down, as the rule names no target";

/** AWS Thrifty: the largest daily average of 30 days below 20 %. */
const THRIFTY: SizingRule = {
  name: "thrifty",
  title: "AWS Thrifty, average CPU",
  isOurs: false,
  source: "turbot/steampipe-mod-aws-thrifty 93b628e, controls/ec2.pp (alarm threshold)",
  reading: `largest daily average of 30 days < 20 %; ${READING}`,
  choose: (history, _, sizes) => {
    const means = dailyMeans(lastDays(history, 30));
    return means.length > 0 && Math.max(...means) < 20 ? oneSizeDown(history, sizes) : keep(history);
  },
};

/** Cloud Custodian's documented example: each of four daily averages below 30 %. */
const CUSTODIAN: SizingRule = {
  name: "custodian-example",
  title: "Cloud Custodian's example",
  isOurs: false,
  source: "cloud-custodian/cloud-custodian df800e9, docs/source/aws/examples and c7n/filters/metrics.py",
  reading: `every daily average of 4 days < 30 %; ${READING}`,
  choose: (history, _, sizes) => {
    const means = dailyMeans(lastDays(history, 4));
    return means.length > 0 && means.every((mean) => mean < 30) ? oneSizeDown(history, sizes) : keep(history);
  },
};

/** Flexera's rightsizing policy with its defaults: the average of 30 days below 40 %. */
const FLEXERA: SizingRule = {
  name: "flexera",
  title: "Flexera rightsizing",
  isOurs: false,
  source: "flexera-public/policy_templates c4528fa, cost/aws/rightsize_ec2_instances (defaults)",
  reading: "average of 30 days < 40 %; one size down, as its default is",
  choose: (history, _, sizes) => {
    const mean = meanOf(lastDays(history, 30).values);
    return mean !== undefined && mean < 40 ? oneSizeDown(history, sizes) : keep(history);
  },
};

/** AWS Trusted Advisor's low-utilisation check: at most 10 % on at least 4 of 14 days. */
const TRUSTED_ADVISOR: SizingRule = {
  name: "trusted-advisor",
  title: "AWS Trusted Advisor",
  isOurs: false,
  source: "AWS Trusted Advisor, cost optimization checks, Low Utilization Amazon EC2 Instances",
  reading: `daily average ≤ 10 % on 4 of 14 days (its network part is not in the trace); ${READING}`,
  choose: (history, _, sizes) => {
    const quiet = dailyMeans(lastDays(history, 14)).filter((mean) => mean <= 10);
    return quiet.length >= 4 ? oneSizeDown(history, sizes) : keep(history);
  },
};

/** The rules that name a condition and no target. */
export const ONE_SIZE_DOWN: readonly SizingRule[] = [THRIFTY, CUSTODIAN, FLEXERA, TRUSTED_ADVISOR];
