import type { FOCUS_VERSIONS } from "../choices.ts";
import { FOCUS_COLUMNS, type FocusColumn, type FocusColumnType, type FocusRow } from "./focus-row.ts";

/** A version that an export can be written in. */
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** Rows as a file has them. Decimals and instants are text, exactly as they are to be read. */
export interface FocusTable {
  readonly columns: readonly { readonly name: string; readonly type: FocusColumnType }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Columns of a version that 1.2 does not have, and which of ours they say. */
const ADDED: Readonly<Record<FocusVersion, Readonly<Record<string, FocusColumn>>>> = {
  "1.2": {},
  "1.3": { HostProviderName: "ProviderName", ServiceProviderName: "ProviderName" },
  "1.4": {
    HostProviderName: "ProviderName",
    InvoiceDetailId: "x_InvoiceLineId",
    ServiceProviderName: "ProviderName",
  },
};

/** Columns of 1.2 that a version no longer has. */
const REMOVED: Readonly<Record<FocusVersion, readonly FocusColumn[]>> = {
  "1.2": [],
  "1.3": [],
  "1.4": ["ProviderName", "PublisherName", "x_InvoiceLineId"],
};

function order(a: readonly [string, FocusColumn], b: readonly [string, FocusColumn]): number {
  const [isCustomA, isCustomB] = [a[0].startsWith("x_"), b[0].startsWith("x_")];
  if (isCustomA !== isCustomB) return isCustomA ? 1 : -1;
  return a[0] < b[0] ? -1 : 1;
}

/** Rows under the column names of a version, FOCUS's own first. */
export function focusTable(rows: readonly FocusRow[], version: FocusVersion): FocusTable {
  const kept = (Object.keys(FOCUS_COLUMNS) as FocusColumn[])
    .filter((column) => !REMOVED[version].includes(column))
    .map((column) => [column, column] as const);
  const columns = [...kept, ...Object.entries(ADDED[version])].toSorted(order);
  return {
    columns: columns.map(([name, column]) => ({ name, type: FOCUS_COLUMNS[column] })),
    rows: rows.map((row) => columns.map(([, column]) => row[column])),
  };
}
