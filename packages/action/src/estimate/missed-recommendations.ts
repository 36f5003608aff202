import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  AdapterError,
  canonicalJson,
  compareDecimals,
  type CostDifference,
  type JsonValue,
  type TerraformPlan,
  valueAt,
} from "@apex/core";
import {
  type MissedRecommendation,
  parseReport,
  type Report,
  type ReportedRecommendation,
} from "@apex/report";

/** Reads what an earlier `apex optimize` recommended. Throws an AdapterError for what is no report. */
export async function readRecommendations(file: string, given: string): Promise<Report> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw new AdapterError("not-found", `report: there is no ${given}`);
  const report = parseReport(text);
  if (report === undefined || !("recommendations" in report) || report.schema !== "apex.report/v1") {
    throw new AdapterError(
      "invalid",
      `report: ${given} is no apex.report/v1, which \`apex optimize\` writes`,
    );
  }
  return report;
}

/** An address means a resource of the report's own root module, which whoever made the report named from where they stood. */
function isAbout(report: Report, directory: string, isOnly: boolean): boolean {
  const named = path.posix.normalize(report.terraformDirectory.replaceAll("\\", "/")).replace(/\/$/, "");
  return isOnly || named === directory || named.endsWith(`/${directory}`);
}

/** Whether the configuration already is what was recommended. */
function isFollowed({ changes, to }: ReportedRecommendation, after: JsonValue | undefined): boolean {
  if (after === undefined || after === null) return true;
  const settings = (changes ?? []).filter((change) => change.kind === "set-attribute");
  if (settings.length === 0) return Object.values(after).includes(to);
  return settings.every(({ path: place, to: wanted }) => {
    const value = valueAt(after, place);
    return value !== undefined && canonicalJson(value) === canonicalJson(wanted);
  });
}

/**
 * Recommendations for resources that a change adds, changes or replaces and that it does not follow, those that save most first. What
 * a report says of resources that the change leaves alone is not its author's business.
 */
export function missedRecommendations(
  report: Report,
  project: {
    readonly directory: string;
    readonly isOnly: boolean;
    readonly difference: CostDifference;
    readonly head: TerraformPlan;
  },
): readonly MissedRecommendation[] {
  const { directory, difference, head } = project;
  if (!isAbout(report, directory, project.isOnly)) return [];
  const changed = new Set(
    difference.resources
      .filter(({ kind }) => kind === "changed" || kind === "replaced" || kind === "added")
      .map(({ address }) => address),
  );
  const values = new Map(head.resources.map(({ address, after }) => [address, after]));
  return report.recommendations
    .flatMap((each): readonly MissedRecommendation[] => {
      const { address, monthlySavings } = each;
      if (address === null || !changed.has(address) || isFollowed(each, values.get(address))) return [];
      return [
        {
          address,
          directory,
          change: `${each.from} → ${each.to}`,
          summary: each.summary,
          monthlySavings: monthlySavings.net ?? monthlySavings.list,
          currency: monthlySavings.currency,
        },
      ];
    })
    .toSorted((a, b) => compareDecimals(b.monthlySavings, a.monthlySavings));
}
