import type { WorkloadFormat } from "@apex/core";
import type { LogParser } from "../log-parser.ts";
import { apacheParser } from "./apache.ts";
import { awsAlbParser } from "./aws-alb.ts";
import { cloudfrontParser } from "./cloudfront.ts";
import { csvParser } from "./csv.ts";
import { gcpLoadBalancerParser } from "./gcp-load-balancer.ts";
import { harParser } from "./har.ts";
import { llmParser } from "./llm.ts";
import { nginxJsonParser } from "./nginx-json.ts";

/** The parser of each format; each call gives one for one file. */
export const PARSERS: Readonly<Record<WorkloadFormat, () => LogParser>> = {
  apache: apacheParser,
  "nginx-json": nginxJsonParser,
  "aws-alb": awsAlbParser,
  cloudfront: cloudfrontParser,
  "gcp-load-balancer": gcpLoadBalancerParser,
  har: harParser,
  llm: llmParser,
  csv: csvParser,
};
