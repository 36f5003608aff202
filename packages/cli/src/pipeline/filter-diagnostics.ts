import type { Diagnostic, Resource } from "@apex/core";
import type { AnalysisFilter } from "@apex/report";

/** More names than these are no help to find a slip of the pen. */
const NAMES_MAX = 12;

/** Warnings for what a filter names and nothing is in: a slip of the pen would otherwise read as "nothing to do". */
export function filterDiagnostics(
  { regions, accounts, tags }: AnalysisFilter,
  resources: readonly Resource[],
): readonly Diagnostic[] {
  return [
    ...missing(
      "region",
      regions,
      resources.map(({ region }) => region),
    ),
    ...missing(
      "account",
      accounts,
      resources.map(({ account }) => account),
    ),
    ...missing(
      "tag",
      tags,
      resources.flatMap(({ tags: own }) =>
        Object.entries(own).flatMap(([key, value]) => [key, `${key}=${value}`]),
      ),
    ),
  ];
}

function missing(
  what: string,
  wanted: readonly string[],
  found: readonly (string | undefined)[],
): readonly Diagnostic[] {
  if (wanted.length === 0) return [];
  const names = new Set(found.filter((name) => name !== undefined));
  return wanted
    .filter((name) => !names.has(name))
    .map((name) => {
      const shown = [...names].toSorted().slice(0, NAMES_MAX);
      const more = names.size > shown.length ? ", …" : "";
      return {
        severity: "warning",
        code: "filter-matches-nothing",
        summary: `no resource has the ${what} ${name}`,
        ...(shown.length === 0 ? {} : { detail: `There are ${shown.join(", ")}${more}.` }),
      };
    });
}
