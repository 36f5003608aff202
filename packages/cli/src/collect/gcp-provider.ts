import { Option } from "commander";
import { gather } from "../load-options.ts";
import type { CollectOptions, CollectProvider, NeededPermission } from "./collect-provider.ts";
import { commaList } from "./comma-list.ts";

interface GcpOptions extends CollectOptions {
  readonly project: readonly string[];
  readonly regions?: readonly string[];
  readonly endpointUrl?: string;
}

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
      .option("--endpoint-url <url>", "ask this server in place of Google's");
  },
  async open(_io, common, nowMs) {
    const { project, regions, endpointUrl } = common as GcpOptions;
    const { gcpAuth, gcpCollector } = await import("@apex/collectors/gcp");
    return gcpCollector({
      auth: await gcpAuth(project[0]),
      projects: project,
      regions,
      endpointUrl,
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
