import { readFile } from "node:fs/promises";
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

/** A report tells no root module but the files that it read: with several root modules its addresses mean those in its own. */
function isAbout(report: Report, directory: string, isOnly: boolean): boolean {
  const files = report.inputs.files.filter(({ kind }) => kind === "terraform").map(({ path }) => path);
  if (isOnly || files.length === 0) return isOnly;
  const parts = directory.split("/");
  return files.some((file) => {
    const own = file.replaceAll("\\", "/").split("/").slice(0, -1);
    return own.slice(-parts.length).join("/") === directory;
  });
}

/** Whether the configuration already is what was recommended. */
function isFollowed({ changes, to }: ReportedRecommendation, after: JsonValue | undefined): boolean {
  if (after === undefined || after === null) return true;
  const settings = (changes ?? []).filter((change) => change.kind === "set-attribute");
  if (settings.length === 0) return Object.values(after).includes(to);
  return settings.every(({ path, to: wanted }) => {
    const value = valueAt(after, path);
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
