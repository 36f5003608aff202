import path from "node:path";
import { isTerraformFile, readIfFile } from "./file-probe.ts";
import { topLevelBlocks } from "./hcl-blocks.ts";
import { isLocalSource, jsonModuleCalls, moduleCalls } from "./hcl-modules.ts";
import { labelledBlocks } from "./json-blocks.ts";

/** Only a root module says where its state is kept. */
const STATE_PLACE = /^\s*(?:backend\s+"|cloud\s*\{)/m;
/** Files beside the configuration that Terraform reads or writes for a root module alone. */
const ROOT_FILE = /^(?:\.terraform\.lock\.hcl|terraform\.tfstate|.*\.tfvars(?:\.json)?)$/;

/** What the files of one directory say about it. */
interface DirectoryFacts {
  /** A backend or a cloud block: nothing else has one. */
  keepsState: boolean;
  /** Providers with their settings, or files that belong to a root module. */
  hasSettings: boolean;
  hasContents: boolean;
  readonly calls: Set<string>;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function addFacts(facts: DirectoryFacts, text: string, isJson: boolean): void {
  const json = isJson ? parsedJson(text) : undefined;
  const kinds = new Set(
    isJson ? Object.keys(json ?? {}) : topLevelBlocks(text).map(({ labels }) => labels[0]),
  );
  facts.keepsState ||= isJson
    ? labelledBlocks(json, ["terraform"]).some(({ labels: [name] }) => name === "backend" || name === "cloud")
    : kinds.has("terraform") && STATE_PLACE.test(text);
  facts.hasSettings ||= kinds.has("provider");
  facts.hasContents ||= kinds.has("resource") || kinds.has("module") || kinds.has("data");
  for (const { source } of isJson ? jsonModuleCalls(text) : moduleCalls(text)) facts.calls.add(source);
}

/**
 * The root modules among a checkout's files, as directories relative to it ("." for itself), sorted. A directory with a backend is one;
 * so is one that no other calls and that has provider settings, variable files, a lock file or a state. Where no directory shows
 * any of these, those count that hold resources or calls and are not called themselves.
 */
export async function findRootModules(
  checkout: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const directories = new Map<string, DirectoryFacts>();
  const factsOf = (directory: string) => {
    const known = directories.get(directory);
    if (known !== undefined) return known;
    const facts = { keepsState: false, hasSettings: false, hasContents: false, calls: new Set<string>() };
    directories.set(directory, facts);
    return facts;
  };
  for (const file of files.filter(isTerraformFile)) {
    const text = await readIfFile(path.join(checkout, file));
    if (text !== undefined) addFacts(factsOf(path.posix.dirname(file)), text, file.endsWith(".json"));
  }
  for (const file of files) {
    const facts = directories.get(path.posix.dirname(file));
    if (facts !== undefined && ROOT_FILE.test(path.posix.basename(file))) facts.hasSettings = true;
  }
  const called = new Set(
    [...directories].flatMap(([directory, { calls }]) =>
      [...calls].filter(isLocalSource).map((source) => path.posix.join(directory, source).replace(/\/$/, "")),
    ),
  );
  const where = (holds: (facts: DirectoryFacts, isCalled: boolean) => boolean) =>
    [...directories]
      .filter(([directory, facts]) => holds(facts, called.has(directory)))
      .map(([directory]) => directory)
      .toSorted();
  const certain = where(
    (facts, isCalled) => facts.keepsState || (facts.hasSettings && facts.hasContents && !isCalled),
  );
  return certain.length > 0 ? certain : where((facts, isCalled) => facts.hasContents && !isCalled);
}
