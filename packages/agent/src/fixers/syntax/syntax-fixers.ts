import type { Fixer } from "../fixer.ts";
import { assignmentSign } from "./assignment-sign.ts";
import { bareFor, forArrow } from "./bare-for.ts";
import { blockLabels } from "./block-labels.ts";
import { braceOnNextLine } from "./brace-on-next-line.ts";
import { curlyQuotes, singleQuotes } from "./curly-quotes.ts";
import { diffMarker } from "./diff-marker.ts";
import { foreignCharacter } from "./foreign-character.ts";
import { foreignLiteral } from "./foreign-literal.ts";
import { foreignOperator } from "./foreign-operator.ts";
import { heredocEnd } from "./heredoc-end.ts";
import { invalidEscape } from "./invalid-escape.ts";
import { lineBreaks } from "./line-breaks.ts";
import { markdownFence } from "./markdown-fence.ts";
import { missingBrace } from "./missing-brace.ts";
import { missingComma } from "./missing-comma.ts";
import { missingEquals } from "./missing-equals.ts";
import { shellTemplate } from "./shell-template.ts";
import { shellVariable } from "./shell-variable.ts";
import { stringConcatenation } from "./string-concatenation.ts";
import { unclosedBracket } from "./unclosed-bracket.ts";
import { unopenedBrace } from "./unopened-brace.ts";
import { unterminatedString } from "./unterminated-string.ts";

/** The fixers of slips of the pen: what is around the code first, then characters, then what ties them together. */
export const SYNTAX_FIXERS: readonly Fixer[] = [
  markdownFence,
  diffMarker,
  foreignCharacter,
  curlyQuotes,
  singleQuotes,
  assignmentSign,
  missingEquals,
  bareFor,
  forArrow,
  missingComma,
  lineBreaks,
  braceOnNextLine,
  missingBrace,
  foreignOperator,
  unterminatedString,
  heredocEnd,
  unclosedBracket,
  unopenedBrace,
  invalidEscape,
  shellTemplate,
  shellVariable,
  foreignLiteral,
  stringConcatenation,
  blockLabels,
];
