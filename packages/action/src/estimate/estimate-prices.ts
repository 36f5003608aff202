import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import {
  COMMITTED_PRICES,
  type DifferenceOptions,
  parsePrivatePrices,
  parseUsageFile,
  priceBook,
  type PrivatePrices,
  type UsageFile,
  usageQuantities,
  usageWarnings,
} from "@apex/catalog";
import { priceFolder } from "@apex/collectors/prices";
import { AdapterError } from "@apex/core";
import { parseDocument } from "yaml";
import type { ActionInputs } from "../inputs/action-inputs.ts";

/** What everything is priced with, on both sides alike. */
export interface EstimatePricing {
  readonly options: DifferenceOptions;
  /** "on-demand list prices". */
  readonly basis: string;
  /** As the workflow names it; `null` when no usage was given. */
  readonly usageFile: string | null;
  /** What of the usage file had no effect on all that was priced so far, as lines. */
  usageAdvice(): readonly string[];
}

/** The name under which a contract's prices are found without being named. */
const CONTRACT_FILE = "apex.prices.yaml";
const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** The guard of the YAML library against documents that grow a million times when their aliases are followed. */
const ALIASES_MAX = 100;

/**
 * A link in the checkout is its author's: one that leads out of it, or to git's own files, would have a message quote what it leads to.
 */
async function requireOwnFile(input: string, workspace: string, file: string): Promise<void> {
  const [root, real] = await Promise.all([realpath(workspace), realpath(file).catch(() => file)]);
  const isWithin = (place: string, home: string) => place.startsWith(`${home}${path.sep}`);
  const leaves = isWithin(file, workspace) && !isWithin(real, root);
  const isGits = path.relative(root, real).split(path.sep).includes(".git");
  if (leaves || isGits) {
    throw new AdapterError(
      "denied",
      `${input}: ${path.relative(workspace, file)} is a link out of the checkout`,
    );
  }
}

/** A file of the workflow's in YAML or JSON, as plain values; `input` is what messages name. Throws an AdapterError. */
async function readYamlFile(input: string, workspace: string, file: string): Promise<unknown> {
  await requireOwnFile(input, workspace, file);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new AdapterError("not-found", `${input}: ${file} cannot be read`, { cause });
  });
  if (text.length > FILE_BYTES_MAX) throw new AdapterError("invalid", `${input}: ${file} is too large`);
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new AdapterError("invalid", `${input}: ${file} is not YAML: ${problem.message}`);
  }
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (cause) {
    throw new AdapterError("invalid", `${input}: ${file} grows without bound when it is read`, { cause });
  }
}

async function contractIn(workspace: string, file: string): Promise<PrivatePrices> {
  const parsed = parsePrivatePrices(await readYamlFile("price-sheet", workspace, file));
  if (parsed.kind === "ok") return parsed.prices;
  const mistakes = parsed.mistakes.map((mistake) => `  ${mistake}`).join("\n");
  throw new AdapterError("invalid", `price-sheet: ${file} has mistakes:\n${mistakes}`);
}

async function usageIn(workspace: string, file: string): Promise<UsageFile> {
  const parsed = parseUsageFile(await readYamlFile("usage-file", workspace, file));
  if (parsed.kind === "ok") return parsed.file;
  const mistakes = parsed.mistakes.map((mistake) => `  ${mistake}`).join("\n");
  throw new AdapterError("invalid", `usage-file: ${file} has mistakes:\n${mistakes}`);
}

/** What a place that the workflow names is; throws an AdapterError where there is nothing. */
async function kindOf(
  workspace: string,
  sheet: string,
): Promise<{ readonly place: string; readonly isFolder: boolean }> {
  const place = path.resolve(workspace, sheet);
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) throw new AdapterError("not-found", `price-sheet: there is no ${sheet}`);
  return { place, isFolder: found.isDirectory() };
}

async function isFile(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * The committed price lists with what `price-sheet` names: a file of private prices, a directory that `apex catalog sync` has filled.
 * Without a file, an `apex.prices.yaml` at the root of the workspace counts. Throws an AdapterError that names the mistake.
 */
export async function loadPricing(
  workspace: string,
  inputs: Pick<ActionInputs, "priceSheets" | "usageFile">,
): Promise<EstimatePricing> {
  const sheets = await Promise.all(inputs.priceSheets.map((each) => kindOf(workspace, each)));
  const files = sheets.filter(({ isFolder }) => !isFolder);
  const folders = sheets.filter(({ isFolder }) => isFolder);
  if (files.length > 1 || folders.length > 1) {
    throw new AdapterError("invalid", "price-sheet: at most one file of private prices and one directory");
  }
  const usual = path.join(workspace, CONTRACT_FILE);
  const file = files[0]?.place ?? ((await isFile(usual)) ? usual : undefined);
  const contract = file === undefined ? undefined : await contractIn(workspace, file);
  const usageFile =
    inputs.usageFile === null
      ? undefined
      : await usageIn(workspace, path.resolve(workspace, inputs.usageFile));
  const usage = usageFile === undefined ? undefined : usageQuantities(usageFile);
  const tables = folders[0] === undefined ? [] : await priceFolder(folders[0].place).tables();
  return {
    options: {
      prices: tables.length === 0 ? COMMITTED_PRICES : priceBook(tables),
      ...(contract === undefined ? {} : { contract }),
      ...(usage === undefined ? {} : { usage }),
    },
    basis:
      contract === undefined ? "on-demand list prices" : "on-demand prices by contract, else by the list",
    usageFile: inputs.usageFile,
    usageAdvice: () => [
      ...(usageFile?.warnings ?? []),
      ...(usage === undefined ? [] : usageWarnings(usage.report())),
    ],
  };
}
