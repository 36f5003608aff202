import { directoryOf } from "@apex/generators-hcl";
import { declarationsIn } from "../../world/declared.ts";
import type { BrokenFile } from "./broken-file.ts";
import { edit, type Slip, slips, syntaxFixer } from "./syntax-fixer.ts";

/**
 * What only a shell reads between `${` and `}`: a parameter with an operator. Source: POSIX.1-2017, Shell Command Language, 2.6.2
 * "Parameter Expansion", and the Bash manual's section of that name.
 */
const SHELL_PARAMETER =
  /^(?:#[A-Za-z_]\w*(?:\[[@*]\])?|![A-Za-z_]\w*[*@]?|(?:[A-Za-z_]\w*|[0-9@*#?$!-])(?:\[[@*]\])?(?::?[-=?+][^{}]*|##?[^{}]+|%%?[^{}]+|\/\/?[^{}]+|\^\^?|,,?|@[A-Za-z])?)$/;
/** The words after `%{` that HCL knows, and slips of them. Source: HCL specification, "Template Directives". */
const DIRECTIVE = /^~?\s*(?:if|else|elif|end|for|(?:fi|done|while|unless)\b)/;

/** Whether Terraform could read it, whatever it would mean. */
function isExpression({ parser }: BrokenFile, inside: string): boolean {
  const text = inside.replace(/^~/, "").replace(/~$/, "");
  return parser.parseExpression("piece.tf", text).kind !== "invalid";
}

/** The name that a template begins with, as a shell reads it. */
function nameIn(inside: string): string {
  return /[A-Za-z_]\w*/.exec(inside)?.[0] ?? "";
}

function slipsOf(broken: BrokenFile): readonly Slip[] {
  const declared = declarationsIn(broken.world.configuration, directoryOf(broken.file));
  const names = new Set(declared.map(({ name }) => name.toLowerCase()));
  return broken.tokens.flatMap((token): Slip[] => {
    if (token.kind !== "heredoc" && token.kind !== "string") return [];
    return [...token.text.matchAll(/(?<!\$)\$\{([^{}"\n]*)\}|(?<!%)%\{([^{}"\n]*)\}/g)].flatMap(
      (match): Slip[] => {
        const at = token.start + match.index;
        const [, dollar, percent] = match;
        const name = nameIn(dollar ?? percent ?? "");
        // A value of the configuration's may be meant; and outside of a script, a variable of nobody's environment.
        if (names.has(name.toLowerCase())) return [];
        if (dollar !== undefined && token.kind === "string" && /[a-z]/.test(name)) return [];
        if (dollar !== undefined) {
          if (!SHELL_PARAMETER.test(dollar) || isExpression(broken, dollar)) return [];
          return [[edit(broken, at, at, "$")]];
        }
        if (percent === undefined || DIRECTIVE.test(percent) || !/^[a-z_]+$/.test(percent)) return [];
        return [[edit(broken, at, at, "%")]];
      },
    );
  });
}

/**
 * `${name%.txt}` of a shell and `%{http_code}` of its commands within a heredoc or string: Terraform takes them for its own templates. They
 * get the second marker that makes them plain text, but only what a shell can read and Terraform cannot, and no word that
 * looks like a directive or is the name of something declared.
 */
export const shellTemplate = syntaxFixer("shell-template", (broken) =>
  slips(slipsOf(broken), "Only a shell can read these templates, so they are escaped for Terraform."),
);
