import { AdapterError } from "@apex/core";
import { InvalidArgumentError, Option } from "commander";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { gather } from "../load-options.ts";
import type { CollectOptions, CollectProvider, NeededPermission } from "./collect-provider.ts";
import { commaList } from "./comma-list.ts";
import { awsHomeRegion, requireRegions } from "./region-names.ts";

interface AwsOptions extends CollectOptions {
  readonly regions?: readonly string[];
  readonly services?: readonly string[];
  readonly profile?: string;
  readonly assumeRole: readonly string[];
  readonly accounts?: readonly string[];
  readonly externalId?: string;
  readonly endpointUrl?: string;
  readonly billingExport: readonly string[];
  readonly costExplorerPages?: number;
}

/** `apex collect aws` and `apex permissions aws`. */
export const awsProvider: CollectProvider = {
  name: "aws",
  description: "AWS accounts: inventory, bills, opinions and metrics",
  addOptions(command) {
    command
      .addOption(
        new Option(
          "--regions <names>",
          "only these, separated by commas; else all that are enabled",
        ).argParser(commaList),
      )
      .addOption(
        new Option("--services <names>", "only these, separated by commas; else all").argParser(commaList),
      )
      .option("--profile <name>", "profile of your AWS configuration; else the SDK's usual search")
      .addOption(
        new Option("--assume-role <arn>", "collect the role's account; repeatable; {account} is filled in")
          .argParser(gather)
          .default([] as readonly string[], "none"),
      )
      .addOption(
        new Option("--accounts <ids>", "fills {account} in --assume-role, separated by commas").argParser(
          commaList,
        ),
      )
      .option("--external-id <id>", "what the roles ask for, where they do")
      .addOption(
        new Option("--billing-export <s3-uri>", "CUR or FOCUS export, s3://BUCKET/PREFIX; repeatable")
          .argParser(gather)
          .default([] as readonly string[], "none"),
      )
      .addOption(
        new Option("--cost-explorer-pages <count>", "pages of Cost Explorer to pay for at most, $0.01 each")
          .argParser(pageCount)
          .default(undefined, "20 an account"),
      )
      .option("--endpoint-url <url>", "ask this server in place of AWS");
  },
  async open(io, common, nowMs) {
    const options = common as AwsOptions;
    const roleArns = rolesOf(options);
    const endpointUrl = checkedUrl(options.endpointUrl);
    requireRegions("aws", options.regions ?? []);
    const { awsCollector, BILL_DELIVERY_CODE } = await import("@apex/collectors/aws");
    // As the SDK: the store's engine is none that every command has to load.
    const { readCollection } = await import("@apex/store");
    const { collectionPlace } = await import("../commands/collect.ts");
    const { diagnostics } = await readCollection(collectionPlace(io, options.into), "aws");
    const wanted = {
      regions: options.regions,
      services: options.services,
      profile: options.profile,
      roleArns,
      externalId: options.externalId,
      endpointUrl,
      billingExports: options.billingExport,
      costExplorerPages: options.costExplorerPages,
      loadedBills: new Set(
        diagnostics.flatMap(({ code, detail = "" }) => (code === BILL_DELIVERY_CODE ? [detail] : [])),
      ),
      homeRegion: awsHomeRegion(io.env),
      nowMs,
    };
    try {
      return awsCollector(wanted);
    } catch (error) {
      // The collector knows the services; that one is none was written on the command line.
      if (error instanceof AdapterError && error.kind === "invalid") refuse(`--services: ${error.message}`);
      throw error;
    }
  },
  permissions: {
    list: async () => (await import("@apex/collectors/aws")).awsPermissions(),
    render: { json: policyJson, terraform: policyTerraform },
  },
};

/** Zero asks Cost Explorer nothing. */
function pageCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("It is a number of pages, 0 for none.");
  return Number(text);
}

/** Source: IAM user guide, "IAM identifiers": partition, account and path. */
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

function rolesOf({ assumeRole, accounts = [] }: AwsOptions): readonly string[] {
  const patterns = assumeRole.filter((arn) => arn.includes("{account}"));
  if (accounts.length > 0 && patterns.length === 0)
    refuse(
      "--accounts fills {account} in --assume-role: write --assume-role arn:aws:iam::{account}:role/NAME",
    );
  if (patterns.length > 0 && accounts.length === 0)
    refuse("--assume-role has {account}: name the accounts with --accounts");
  const roles = assumeRole.flatMap((arn) =>
    arn.includes("{account}") ? accounts.map((account) => arn.replaceAll("{account}", account)) : [arn],
  );
  for (const role of roles)
    if (!ROLE_ARN.test(role))
      refuse(`${role} is no ARN of a role; it looks like arn:aws:iam::123456789012:role/NAME`);
  return [...new Set(roles)];
}

function checkedUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  // Errors name the address, and requests would not carry them.
  if (url !== null && (url.username !== "" || url.password !== ""))
    refuse("--endpoint-url: leave the user name and password out; the credentials are AWS' own");
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    refuse(`--endpoint-url ${text}: write it as http://host:port or https://host`);
  return text;
}

function refuse(message: string): never {
  throw new CommandError(EXIT_CODES.wrongUse, message);
}

/** A statement of a policy: actions that are allowed on the same. */
interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resource: string;
}

/** Calls that describe and list whatever there is cannot be narrowed; reading a bucket's objects can. */
function statementsOf(permissions: readonly NeededPermission[]): readonly Statement[] {
  const byResource = Map.groupBy(permissions, ({ resource = "*" }) => resource);
  return [...byResource].map(([resource, same], index) => ({
    sid: index === 0 ? "ApexCollect" : `ApexCollect${index + 1}`,
    actions: same.map(({ action }) => action),
    resource,
  }));
}

/** An IAM policy document. */
function policyJson(permissions: readonly NeededPermission[]): string {
  const statements = statementsOf(permissions).map(({ sid, actions, resource }) => ({
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resource,
  }));
  return `${JSON.stringify({ Version: "2012-10-17", Statement: statements }, null, 2)}\n`;
}

function policyTerraform(permissions: readonly NeededPermission[]): string {
  const statements = statementsOf(permissions).flatMap(({ sid, actions, resource }) => [
    "  statement {",
    `    sid = ${JSON.stringify(sid)}`,
    "    actions = [",
    ...actions.map((action) => `      ${JSON.stringify(action)},`),
    "    ]",
    `    resources = [${JSON.stringify(resource)}]`,
    "  }",
  ]);
  return ['data "aws_iam_policy_document" "apex_collect" {', ...statements, "}", ""].join("\n");
}
