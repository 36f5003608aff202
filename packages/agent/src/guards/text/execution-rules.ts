import { expressionsIn, textOf } from "@apex/generators-hcl/syntax";
import type { Configuration } from "@apex/generators-hcl";
import type { TextChange, Violation } from "../guard.ts";
import type { Written } from "../inventory.ts";
import { isMend } from "../similar.ts";
import { meaningOf } from "../tokens.ts";
import { changedFilesOf } from "./file-rules.ts";

/** Types whose planning or applying runs programs, reads files, or reaches other places than the cloud's own interface. */
const EXECUTING = new Set([
  "external",
  "http",
  "local_file",
  "local_sensitive_file",
  "terraform_remote_state",
  "template_file",
  "archive_file",
  "shell_script",
  "aws_lambda_invocation",
  "aws_ssm_command",
  "aws_ssm_association",
  "aws_secretsmanager_secret_version",
  "aws_ssm_parameter",
  "google_secret_manager_secret_version",
  "vault_generic_secret",
  "vault_kv_secret_v2",
  "azurerm_key_vault_secret",
]);

/** Functions that read files or take the mark of a secret off. Source: Terraform language, "Functions". */
const READING =
  /^(?:file|filebase64|fileexists|fileset|filemd5|filesha\d+|filebase64sha\d+|templatefile|templatestring)$/;

/** Calls of such functions, as text. */
function callsIn(configuration: Configuration, pattern: RegExp): readonly string[] {
  const calls: string[] = [];
  for (const { body } of configuration.parsed.values()) {
    for (const expression of expressionsIn({ body })) {
      if (expression.kind !== "call" || !pattern.test(expression.name.replace(/^.*::/, ""))) continue;
      const [path] = expression.arguments;
      // What a template is given is no file; which file is read is the first argument.
      calls.push(`${expression.name}(${path === undefined ? "" : textOf(path)})`);
    }
  }
  return calls;
}

/** Occurrences in the given files. */
function count(configuration: Configuration, files: readonly string[], pattern: RegExp): number {
  return files.reduce((sum, file) => {
    const text = configuration.source.files.get(file) ?? "";
    // Most files have none: those are not taken apart.
    return text.includes("sensitive") ? sum + (meaningOf(text).match(pattern)?.length ?? 0) : sum;
  }, 0);
}

/** Whether the text of a call stood in the files before, perhaps with a slip. */
function stoodBefore(call: string, original: Configuration): boolean {
  const argument = call.slice(call.indexOf("(") + 1, call.lastIndexOf(")")).trim();
  return [...original.parsed.values()].some(({ source }) => {
    const at = source.text.indexOf(argument);
    if (argument === "" || at === -1) return false;
    const line = source.text.slice(source.text.lastIndexOf("\n", at) + 1, at);
    const name = /([\p{L}\p{N}_]+)\s*\(\s*$/u.exec(line)?.[1];
    return name !== undefined && isMend(name, call.slice(0, call.indexOf("(")), new Set());
  });
}

/** Whether a call reads the file that one before meant: a slip in its name, and no other way to it. */
function isMendedPath(call: string, before: readonly string[]): boolean {
  const steps = (text: string): string => (text.match(/\.\.|\/|~|\$\{/g) ?? []).join(" ");
  return before.some((old) => isMend(old, call, new Set()) && steps(old) === steps(call));
}

/** Nothing that an edit brings may run a program, read a file, reach another place or take the mark of a secret off. */
export function executionRules(change: TextChange, added: readonly Written[]): readonly Violation[] {
  const { original, edited } = change;
  const files = changedFilesOf(change);
  const violations: Violation[] = [];
  for (const { kind, labels, file } of added) {
    const [type = ""] = labels;
    if ((kind !== "resource" && kind !== "data" && kind !== "ephemeral") || !EXECUTING.has(type)) continue;
    violations.push({ rule: "code-execution", sentence: `${kind} ${labels.join(".")} would be added`, file });
  }
  const read = callsIn(original, READING);
  const before = read.map(meaningOf);
  for (const call of callsIn(edited, READING)) {
    const at = before.indexOf(meaningOf(call));
    if (at !== -1) before.splice(at, 1);
    else if (!stoodBefore(call, original) && !isMendedPath(call, read)) {
      const name = call.slice(0, call.indexOf("("));
      violations.push({
        rule: "code-execution",
        sentence: `A call of ${name} would be added: it reads a file`,
      });
    }
  }
  if (count(edited, files, /\bnonsensitive \(/g) > count(original, files, /\bnonsensitive \(/g)) {
    const sentence = "A call of nonsensitive would be added: it shows what is secret";
    violations.push({ rule: "protection-weakened", sentence });
  }
  if (count(edited, files, /(?<!\w)sensitive \(/g) < count(original, files, /(?<!\w)sensitive \(/g)) {
    violations.push({ rule: "protection-weakened", sentence: "A call of sensitive would be removed" });
  }
  return violations;
}
