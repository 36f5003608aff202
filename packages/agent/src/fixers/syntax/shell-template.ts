import { directoryOf } from "@apex/generators-hcl";
import { declarationsIn } from "../../world/declared.ts";
import type { BrokenFile } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";
import type { Token } from "./tokens.ts";

/**
 * What only a shell reads between `${` and `}`: a parameter with an operator. Source: POSIX.1-2017, Shell Command Language, 2.6.2
 * "Parameter Expansion", and the Bash manual's section of that name.
 */
const SHELL_PARAMETER =
  /^(?:#[A-Za-z_]\w*(?:\[[@*]\])?|![A-Za-z_]\w*[*@]?|(?:[A-Za-z_]\w*|[0-9@*#?$!-])(?:\[[@*]\])?(?::?[-=?+][^{}]*|##?[^{}]+|%%?[^{}]+|\/\/?[^{}]+|\^\^?|,,?|@[A-Za-z])?)$/;
/** What curl writes out after a transfer. Source: curl(1), "--write-out". */
const WRITE_OUT =
  /^(?:content_type|errormsg|exitcode|filename_effective|http_(?:code|connect|version)|(?:local|remote)_(?:ip|port)|method|num_\w+|redirect_url|response_code|scheme|(?:size|speed|time)_\w+|ssl_verify_result|url_effective)$/;
/** Names of arguments whose text is a command line. */
const COMMAND = /command|cmd|script|inline|user_data|entry_?point|exec|shell/i;

/** Whether Terraform could read it, whatever it would mean. */
function isExpression({ parser }: BrokenFile, inside: string): boolean {
  const text = inside.replace(/^~/, "").replace(/~$/, "");
  return parser.parseExpression("piece.tf", text).kind !== "invalid";
}

/** Where `${1}` stands in a script, which is its first argument there. */
export function positionalParameters(text: string): readonly number[] {
  return [...text.matchAll(/(?<!\$)\$\{\d\}/g)].map(({ index }) => index);
}

/** The name that a template begins with, as a shell reads it. */
function nameIn(inside: string): string {
  return /[A-Za-z_]\w*/.exec(inside)?.[0] ?? "";
}

/** Whether a program reads the text: a heredoc that is no JSON, or the string of an argument that takes a command. */
function isForProgram(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind === "heredoc") return !/^[^\n]*\n\s*(?:\{\s*"|\[\s*[{"])/.test(token.text);
  const sign = tokens.findLastIndex(
    ({ text, depth }, at) => at < index && /^[=:]$/.test(text) && depth <= (token?.depth ?? 0),
  );
  return COMMAND.test(tokens[sign - 1]?.text ?? "");
}

function slipsIn(broken: BrokenFile, index: number, names: ReadonlySet<string>): readonly Slip[] {
  const token = broken.tokens[index];
  if (token === undefined || (token.kind !== "heredoc" && token.kind !== "string")) return [];
  const found: Slip[] = [];
  for (const match of token.text.matchAll(/(?<!\$)\$\{([^{}"\n]*)\}|(?<!%)%\{([^{}"\n]*)\}/g)) {
    const at = token.start + match.index;
    const [, dollar, percent] = match;
    // A value of the configuration's may be meant.
    if (names.has(nameIn(dollar ?? percent ?? "").toLowerCase())) continue;
    if (dollar !== undefined) {
      const isShell = SHELL_PARAMETER.test(dollar) && isForProgram(broken.tokens, index);
      if (isShell && !isExpression(broken, dollar)) found.push([edit(broken, at, at, "$")]);
    } else if (WRITE_OUT.test(percent ?? "") && /\bcurl\b/.test(token.text)) {
      found.push([edit(broken, at, at, "%")]);
    }
  }
  const [first, ...rest] = found;
  if (first === undefined) return [];
  // Terraform reads `${1}` as the number: no error of its own, so that it goes with one that is.
  const positions = positionalParameters(token.text).map((at) => {
    const start = token.start + at;
    return edit(broken, start, start, "$");
  });
  return [[...first, ...positions], ...rest];
}

function slipsOf(broken: BrokenFile): readonly Slip[] {
  const declared = declarationsIn(broken.world.configuration, directoryOf(broken.file));
  const names = new Set(declared.map(({ name }) => name.toLowerCase()));
  return broken.tokens.flatMap((_, index) => slipsIn(broken, index, names));
}

/**
 * `${name%.txt}` of a shell and `%{http_code}` of its commands within a heredoc or string: Terraform takes them for its own templates. They
 * get the second marker that makes them plain text, but only what a shell or curl can read and Terraform cannot, in a text that is
 * for a program, and nothing that is the name of something declared.
 */
export const shellTemplate = syntaxFixer("shell-template", (broken) =>
  slips(slipsOf(broken), "Only a shell can read these templates, so they are escaped for Terraform."),
);
