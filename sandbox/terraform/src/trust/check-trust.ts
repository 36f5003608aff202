import { readdirSync, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import type { ModuleSource, SourceText } from "../plan/collect-outside.ts";
import { isTerraformFile, readIfFile, statOrUndefined } from "../plan/file-probe.ts";
import type { PlanRequest } from "../plan/plan-request.ts";
import { findUntrusted, type TrustAnswer } from "./find-untrusted.ts";
import { ConfigurationNotTrustedError, type TrustFinding } from "./finding.ts";
import type { Project } from "./project.ts";
import { FOUND_NAME } from "./static-text.ts";

const AUTOMATIC_VALUES = /^terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/;
const TEMPLATE_BYTES_MAX = 1024 * 1024;
const TEMPLATES_MAX = 500;

/** What is to be looked through. */
export interface TrustRequest {
  readonly project: Project;
  readonly modules: readonly ModuleSource[];
  readonly request: PlanRequest;
  /** Absolute paths of the values that the user gave. */
  readonly varFiles: readonly string[];
  /** Whether Terraform fetches modules. */
  readonly fetches: boolean;
}

async function variableFiles(root: string, given: readonly string[]): Promise<readonly SourceText[]> {
  const names = (await readdir(root)).filter((name) => AUTOMATIC_VALUES.test(name));
  const files: SourceText[] = [];
  for (const path of [...names.map((name) => join(root, name)), ...given]) {
    const text = await readIfFile(path);
    if (text !== undefined) files.push({ path, text });
  }
  return files;
}

function readTemplate(path: string): readonly SourceText[] {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > TEMPLATE_BYTES_MAX) return [];
    return [{ path, text: readFileSync(path, "utf8") }];
  } catch {
    return [];
  }
}

/** The template of a path, or all that a found name may mean. */
function templatesAt(path: string): readonly SourceText[] {
  const found = path.indexOf(FOUND_NAME);
  if (found < 0) return readTemplate(path);
  const directory = dirname(path.slice(0, found + 1));
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
      .slice(0, TEMPLATES_MAX)
      .flatMap((name) => readTemplate(join(directory, name)));
  } catch {
    return [];
  }
}

/** Looks through a configuration for what can execute programs or read outside of it. */
export async function checkTrust({
  project,
  modules,
  request,
  varFiles,
  fetches,
}: TrustRequest): Promise<TrustAnswer> {
  const answer = findUntrusted({
    project,
    modules,
    variableFiles: await variableFiles(project.root, varFiles),
    variables: request.variables ?? {},
    templatesAt,
    fetches,
  });
  return { ...answer, findings: [...answer.findings, ...(await unreadFiles(project, modules))] };
}

/** Files that Terraform reads and that are too large to be looked through. */
async function unreadFiles(
  project: Project,
  modules: readonly ModuleSource[],
): Promise<readonly TrustFinding[]> {
  const findings: TrustFinding[] = [];
  for (const { directory, files } of modules) {
    const read = new Set(files.map(({ path }) => path));
    for (const name of await readdir(directory).catch(() => [])) {
      const path = join(directory, name);
      if (!isTerraformFile(name) || read.has(path) || (await statOrUndefined(path))?.isFile() !== true)
        continue;
      const what = "is too large, or may not be read, to tell what it does";
      findings.push({ kind: "unknown-read", file: relative(project.root, path), line: 1, what });
    }
  }
  return findings;
}

/** Throws a ConfigurationNotTrustedError when there is anything to refuse. */
export function refuseUntrusted(findings: readonly TrustFinding[], isReal: boolean): void {
  if (findings.length === 0) return;
  throw new ConfigurationNotTrustedError(
    findings,
    isReal
      ? "Real providers run on this machine, with its network and credentials: pass --trust if you wrote this configuration, or plan with the stand-ins."
      : "Install Docker, so that Terraform runs in a sandbox, or pass --trust if you wrote this configuration.",
  );
}

/** What configurations that read outside of themselves do not see in a sandbox, as sentences. */
export function unseenNotes(findings: readonly TrustFinding[]): readonly string[] {
  return findings
    .filter(({ kind }) => kind === "reads")
    .map(({ file, line, what }) => `${file}:${line}: ${what}; nothing of it is visible in the sandbox.`);
}

/** Terraform's errors about files that are not there, with the reason where the sandbox is the reason. */
export function explainUnseen(
  diagnostics: readonly TerraformDiagnostic[],
  findings: readonly TrustFinding[],
): readonly TerraformDiagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { range } = diagnostic;
    const cause = findings.find(
      ({ kind, file, line }) =>
        (kind === "reads" || kind === "unknown-read") &&
        file === range?.filename &&
        line >= range.start.line &&
        line <= range.end.line,
    );
    if (cause === undefined || diagnostic.severity !== "error") return diagnostic;
    const reason =
      cause.kind === "reads"
        ? `${cause.what}, which is not visible in the sandbox. Put the file into the project.`
        : `Files outside of the project are not visible in the sandbox.`;
    return { ...diagnostic, detail: [diagnostic.detail ?? "", reason].join("\n\n").trim() };
  });
}
