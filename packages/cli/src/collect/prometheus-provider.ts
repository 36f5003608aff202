import { readFile } from "node:fs/promises";
import path from "node:path";
import { Option } from "commander";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { gather } from "../load-options.ts";
import { positive } from "../option-values.ts";
import type { CollectOptions, CollectProvider } from "./collect-provider.ts";

interface PrometheusOptions extends CollectOptions {
  readonly url: string;
  readonly machineLabel: readonly string[];
  readonly match: readonly string[];
  readonly tokenFile?: string;
  readonly basicAuthFile?: string;
  readonly caFile?: string;
  readonly header: readonly string[];
  readonly timeout?: number;
}

/** Secrets and certificates are short. */
const FILE_BYTES_MAX = 1024 * 1024;

/** `apex collect prometheus`: metrics of what other providers found, or of all that the server knows where nothing was. */
export const prometheusProvider: CollectProvider = {
  name: "prometheus",
  description:
    "a Prometheus (Thanos, Mimir, VictoriaMetrics): metrics of GPUs, machines and Kubernetes nodes",
  measuresOthers: true,
  addOptions(command) {
    const none: readonly string[] = [];
    command
      .requiredOption("--url <url>", "its address, with the path before /api/v1 if there is one")
      .addOption(
        new Option(
          "--machine-label <name>",
          "a label that names the machine, before the usual ones; repeatable",
        )
          .argParser(gather)
          .default(none, "none"),
      )
      .addOption(
        new Option("--match <matcher>", "only series with it: 'cluster=\"prod\"'; repeatable")
          .argParser(gather)
          .default(none, "none"),
      )
      .option("--token-file <file>", "a file with a bearer token")
      .option("--basic-auth-file <file>", "a file with user:password")
      .option("--ca-file <file>", "certificates of the authorities to trust, PEM")
      .addOption(
        new Option("--header <header>", "a header for every request: 'X-Scope-OrgID: team'; repeatable")
          .argParser(gather)
          .default(none, "none"),
      )
      .addOption(new Option("--timeout <seconds>", "for one answer; else 150").argParser(positive));
  },
  question(common) {
    const { url, machineLabel, match, header } = common as PrometheusOptions;
    // A tenant is told by a header; order tells nothing but among labels, the first of which wins.
    return JSON.stringify([url.replace(/\/+$/, ""), machineLabel, [...match].sort(), [...header].sort()]);
  },
  async open(io, common) {
    const options = common as PrometheusOptions;
    const token = await contentOf(io, "--token-file", options.tokenFile);
    const basicAuth = await contentOf(io, "--basic-auth-file", options.basicAuthFile);
    const ca = await contentOf(io, "--ca-file", options.caFile);
    const { httpPrometheus, prometheusCollector } = await import("@apex/collectors");
    return prometheusCollector({
      api: httpPrometheus({
        url: options.url,
        headers: headersOf(options.header),
        ...(token === undefined ? {} : { token }),
        ...(basicAuth === undefined ? {} : { basicAuth }),
        ...(ca === undefined ? {} : { ca }),
        ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
      }),
      machineLabels: options.machineLabel.map(labelOf),
      matchers: options.match.map(matcherOf),
    });
  },
};

/** Secrets are not taken from the command line, which every user of the machine can read. */
async function contentOf(io: Io, option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path.resolve(io.cwd, file), "utf8");
  } catch (error) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `${option} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (text.trim() === "" || text.length > FILE_BYTES_MAX)
    throw new CommandError(EXIT_CODES.badInput, `${option} ${file} is empty or far too long`);
  return text.trim();
}

/** Source: RFC 9110, "token", and what Node allows in a value. */
const HEADER = /^([\w!#$%&'*+.^`|~-]+):\s*([\x20-\x7e]*)$/;

function headersOf(headers: readonly string[]): Readonly<Record<string, string>> {
  const pairs = headers.map((header) => {
    const [, name, value] = HEADER.exec(header) ?? [];
    if (name === undefined || value === undefined)
      // What was written may be a token.
      return refuse("a --header is not written as 'Name: value'");
    return [name.toLowerCase(), value] as const;
  });
  return Object.fromEntries(pairs);
}

/** Source: Prometheus' data model, "Metric names and labels". */
function labelOf(label: string): string {
  if (!/^[a-zA-Z_]\w*$/.test(label)) refuse(`--machine-label ${JSON.stringify(label)} is no name of a label`);
  return label;
}

function matcherOf(matcher: string): string {
  if (!/^[a-zA-Z_]\w*\s*(?:=|!=|=~|!~)\s*"(?:[^"\\]|\\.)*"$/.test(matcher))
    refuse(`--match ${JSON.stringify(matcher)}: write it as label="value", with the quotation marks`);
  return matcher;
}

function refuse(message: string): never {
  throw new CommandError(EXIT_CODES.wrongUse, message);
}
