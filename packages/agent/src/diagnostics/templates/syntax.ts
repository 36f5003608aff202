import type { MessageTemplate } from "../message-template.ts";

/** Summaries that only HCL's scanner and parser write; what they say besides is for people. Source: hcl v2.23, `hclsyntax`. */
const SLIPS: Readonly<Record<string, string>> = {
  "Argument definition required": "single-line-block",
  "Attribute name required": "attribute-name",
  "Extra characters after expression": "extra-characters",
  "Extra characters after interpolation expression": "extra-characters",
  "Index value required": "index",
  "Invalid 'for' directive": "template-for",
  "Invalid 'for' expression": "for",
  "Invalid argument name": "quoted-argument-name",
  "Invalid attribute name": "attribute-name",
  "Invalid character encoding": "encoding",
  "Invalid escape sequence": "escape",
  "Invalid legacy index syntax": "legacy-index",
  "Invalid multi-line string": "multi-line-string",
  "Invalid number literal": "number",
  "Invalid single-argument block definition": "single-line-block",
  "Invalid string literal": "string",
  "Invalid template control keyword": "template-keyword",
  "Invalid template directive": "template-keyword",
  "Missing argument separator": "comma",
  "Missing attribute separator": "attribute-separator",
  "Missing attribute value": "object-value",
  "Missing close bracket on index": "bracket",
  "Missing close bracket on splat index": "bracket",
  "Missing closing parenthesis": "parenthesis",
  "Missing expression": "expression",
  "Missing false expression in conditional": "conditional",
  "Missing function name": "function-name",
  "Missing item separator": "comma",
  "Missing key/value separator": "object-value",
  "Missing newline after argument": "newline",
  "Missing newline after block definition": "newline",
  "Missing open parenthesis": "parenthesis",
  "Nested splat expression not allowed": "splat",
  "Unbalanced parentheses": "parenthesis",
  "Unclosed configuration block": "brace",
  "Unclosed configuration body": "brace",
  "Unclosed index brackets": "bracket",
  "Unclosed template interpolation sequence": "interpolation",
  "Unexpected comma after argument": "newline",
  "Unexpected end of template": "template-end",
  "Unsupported operator": "operator",
  "Unterminated function call": "parenthesis",
  "Unterminated object constructor expression": "brace",
  "Unterminated string literal": "quote",
  "Unterminated template string": "quote",
  "Unterminated tuple constructor expression": "bracket",
  "Variable name required": "name",
};

/** What stops HCL from being read; `why` names the kind of slip. */
export const SYNTAX_MESSAGES: readonly MessageTemplate[] = [
  ...Object.entries(SLIPS).map(([summary, why]): MessageTemplate => ["syntax", summary, undefined, { why }]),
  [
    "syntax",
    "Argument or block definition required",
    [
      "An argument or block definition is required here.",
      'An argument or block definition is required here. To set an argument, use the equals sign "=" to introduce the argument value.',
    ],
    { why: "body-item" },
  ],
  [
    "syntax",
    "Invalid block definition",
    'The equals sign "=" indicates an argument definition, and must not be used when defining a block.',
    { why: "block-with-equals" },
  ],
  [
    "syntax",
    "Invalid block definition",
    'A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.',
    { why: "block-brace" },
  ],
  [
    "syntax",
    "Invalid block definition",
    'Either a quoted string block label or an opening brace ("{") is expected here.',
    { why: "block-header" },
  ],
  [
    "syntax",
    "Invalid character",
    'The "`" character is not valid. To create a multi-line string, use the "heredoc" syntax, like "<<EOT".',
    { why: "backtick" },
  ],
  [
    "syntax",
    "Invalid character",
    'Single quotes are not valid. Use double quotes (") to enclose strings.',
    { why: "single-quote" },
  ],
  [
    "syntax",
    "Invalid character",
    'The ";" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.',
    { why: "semicolon" },
  ],
  [
    "syntax",
    "Invalid character",
    "Tab characters may not be used. The recommended indentation style is two spaces per indent.",
    { why: "tab" },
  ],
  [
    "syntax",
    "Invalid character",
    '"Curly quotes" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a "straight quote".',
    { why: "curly-quote" },
  ],
  [
    "syntax",
    "Invalid character",
    ["This character is not used within the language.", "Expected an attribute access or an index operator."],
    { why: "character" },
  ],
  [
    "syntax",
    "Invalid expression",
    "Expected the start of an expression, but found an invalid expression token.",
    { why: "expression" },
  ],
  ["syntax", "Extra characters in {keyword} marker", undefined, { why: "extra-characters" }],
  [
    "syntax",
    "Unexpected {keyword} directive",
    [
      "The control directives within this template are unbalanced.",
      "Already in the else clause for the if started at {...}.",
      "An else clause is not expected for a for directive.",
      "Expecting an endif directive for the if started at {...}.",
      "Expecting an endfor directive corresponding to the for directive at {...}.",
    ],
    { why: "template-end" },
  ],
  // Labels of blocks.
  ["syntax", "Extraneous label for {block}", "No labels are expected for {...} blocks.", { why: "labels" }],
  [
    "syntax",
    "Extraneous label for {block}",
    "Only {count} labels ({labels...}) are expected for {...} blocks.",
    { why: "labels" },
  ],
  [
    "syntax",
    "Missing {label} for {block}",
    "All {...} blocks must have {count} labels ({labels...}).",
    { why: "labels" },
  ],
];

const NOT_A_NAME =
  "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.";

/** Names that Terraform takes for nothing. Source: terraform v1.11, `configs`. */
export const NAME_MESSAGES: readonly MessageTemplate[] = [
  ...[
    "check block name",
    "data resource name",
    "data source name",
    "ephemeral resource name",
    "ephemeral resource type",
    "local value name",
    "module instance name",
    "output name",
    "resource name",
    "resource type name",
    "variable name",
  ].map(
    (what): MessageTemplate => ["invalid-name", `Invalid ${what}`, NOT_A_NAME, { why: "characters", what }],
  ),
  [
    "invalid-name",
    "Invalid variable name",
    'The variable name "{name}" is reserved due to its special meaning inside module blocks.',
    { why: "reserved", what: "variable name" },
  ],
  [
    "invalid-name",
    "Invalid provider configuration alias",
    `An alias must be a valid name. ${NOT_A_NAME}`,
    { why: "characters", what: "provider alias" },
  ],
  [
    "invalid-name",
    "Invalid provider local name",
    'Provider names must be normalized. Replace "{name}" with "{instead}" to fix this error.',
    { why: "normalized", what: "provider name" },
  ],
];
