import { DAY_MS } from "@apex/core";
import { Option } from "commander";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { gather } from "../load-options.ts";
import { positive } from "../option-values.ts";
import type { CollectOptions, CollectProvider, NeededPermission } from "./collect-provider.ts";
import { commaList } from "./comma-list.ts";
import { requireRegions } from "./region-names.ts";

interface GcpOptions extends CollectOptions {
  readonly project: readonly string[];
  readonly regions?: readonly string[];
  readonly billingTable?: string;
  readonly billingMaxGib: number;
  readonly endpointUrl?: string;
}

/** About $1.25 at BigQuery's list price: far more than a month of most bills takes. */
const BILLING_GIB_MAX = 200;

/** `apex collect gcp` and `apex permissions gcp`. */
export const gcpProvider: CollectProvider = {
  name: "gcp",
  description: "Google Cloud projects: inventory, bills, opinions and metrics",
  addOptions(command) {
    command
      .addOption(
        new Option("--project <id>", "a project; repeatable")
          .argParser(gather)
          .default([] as readonly string[], "the credentials' own"),
      )
      .addOption(
        new Option(
          "--regions <names>",
          "only these and what is global, separated by commas; else all",
        ).argParser(commaList),
      )
      .option(
        "--billing-table <table>",
        "the detailed usage cost export, as project.dataset.table; else no bill",
      )
      .addOption(
        new Option("--billing-max-gib <n>", "what the query of one month may scan: BigQuery bills it")
          .argParser(positive)
          .default(BILLING_GIB_MAX),
      )
      .option("--endpoint-url <url>", "ask this server in place of Google's");
  },
  async open(_io, common, nowMs) {
    const { project, regions, endpointUrl, billingTable, billingMaxGib, days } = common as GcpOptions;
    requireRegions("gcp", regions ?? []);
    const { gcpAuth, gcpCollector, parseBillingTable } = await import("@apex/collectors/gcp");
    const table = billingTable === undefined ? undefined : parseBillingTable(billingTable);
    if (billingTable !== undefined && table === undefined) {
      throw new CommandError(
        EXIT_CODES.wrongUse,
        "--billing-table looks like my-project.billing.gcp_billing_export_resource_v1_0123AB_4567CD_89EF01",
      );
    }
    return gcpCollector({
      auth: await gcpAuth(project[0]),
      projects: project,
      regions,
      endpointUrl,
      billing:
        table === undefined
          ? undefined
          : { table, startMs: nowMs - days * DAY_MS, endMs: nowMs, queryGibMax: billingMaxGib },
      nowMs: () => nowMs,
    });
  },
  permissions: {
    list: async () => (await import("@apex/collectors/gcp")).gcpPermissions(),
    render: { json: roleJson, yaml: roleYaml, terraform: roleTerraform },
  },
};

const ROLE_TITLE = "Apex collect";

/** For: gcloud iam roles create apexCollect --project PROJECT --file FILE. */
function roleJson(permissions: readonly NeededPermission[]): string {
  const includedPermissions = permissions.map(({ action }) => action);
  return `${JSON.stringify({ title: ROLE_TITLE, stage: "GA", includedPermissions }, null, 2)}\n`;
}

function roleYaml(permissions: readonly NeededPermission[]): string {
  const lines = permissions.map(({ action }) => `- ${action}`);
  return `title: ${ROLE_TITLE}\nstage: GA\nincludedPermissions:\n${lines.join("\n")}\n`;
}

function roleTerraform(permissions: readonly NeededPermission[]): string {
  const lines = permissions.map(({ action }) => `    ${JSON.stringify(action)},`);
  return [
    'resource "google_project_iam_custom_role" "apex_collect" {',
    '  role_id     = "apexCollect"',
    `  title       = ${JSON.stringify(ROLE_TITLE)}`,
    "  permissions = [",
    ...lines,
    "  ]",
    "}",
    "",
  ].join("\n");
}
