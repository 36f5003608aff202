import type { SourceText } from "./source-text.ts";

/** A piece of a file: `[start, end)` in UTF-16 code units. */
export interface Located {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** A constant as written. `form` tells how a replacement has to be written in its place. */
export interface Literal extends Located {
  readonly kind: "literal";
  readonly value: string | number | boolean | null;
  readonly form: "hcl" | "json";
}

/** The constant text between two interpolations of a template; an edit of it stays inside the quotes. */
export interface TemplateText extends Located {
  readonly kind: "text";
  readonly value: string;
}

export interface TemplateIf extends Located {
  readonly kind: "if";
  readonly condition: Expression;
  readonly whenTrue: readonly TemplatePart[];
  readonly whenFalse: readonly TemplatePart[];
}

export interface TemplateFor extends Located {
  readonly kind: "for-each";
  readonly collection: Expression;
  readonly key?: string;
  readonly item: string;
  readonly body: readonly TemplatePart[];
}

export interface Interpolation extends Located {
  readonly kind: "interpolation";
  readonly expression: Expression;
}

export type TemplatePart = TemplateText | Interpolation | TemplateIf | TemplateFor;

export interface Template extends Located {
  readonly kind: "template";
  readonly heredoc: boolean;
  readonly parts: readonly TemplatePart[];
}

export interface ObjectItem extends Located {
  /** The key where it is written as a name or plain string. */
  readonly name?: string;
  readonly key: Expression;
  readonly value: Expression;
}

export interface ObjectLiteral extends Located {
  readonly kind: "object";
  readonly form: "hcl" | "json";
  readonly items: readonly ObjectItem[];
}

export interface TupleLiteral extends Located {
  readonly kind: "tuple";
  readonly items: readonly Expression[];
}

/** The first name of a traversal: `var`, `local`, `each`, a resource type, a `for` variable. */
export interface Root extends Located {
  readonly kind: "root";
  readonly name: string;
}

export interface GetAttribute extends Located {
  readonly kind: "attribute";
  readonly of: Expression;
  readonly name: string;
}

export interface GetIndex extends Located {
  readonly kind: "index";
  readonly of: Expression;
  readonly key: Expression;
}

/** `of[*].a.b`; the steps after the star apply to each element. */
export interface Splat extends Located {
  readonly kind: "splat";
  readonly of: Expression;
  readonly steps: readonly (string | Expression)[];
}

export interface Conditional extends Located {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

export interface Unary extends Located {
  readonly kind: "unary";
  readonly operator: string;
  readonly operand: Expression;
}

export interface Binary extends Located {
  readonly kind: "binary";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

export interface ForExpression extends Located {
  readonly kind: "for";
  readonly keyName?: string;
  readonly itemName: string;
  readonly collection: Expression;
  /** Present for `{ for … }`. */
  readonly key?: Expression;
  readonly value: Expression;
  readonly grouped: boolean;
  readonly condition?: Expression;
}

export interface Call extends Located {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** The last argument is a list whose elements are the remaining arguments (`f(list...)`). */
  readonly expand: boolean;
}

export interface Parentheses extends Located {
  readonly kind: "parentheses";
  readonly inner: Expression;
}

/** What could not be read: a syntax error, or nesting beyond the limit. */
export interface Invalid extends Located {
  readonly kind: "invalid";
  readonly reason: string;
}

/** A Terraform expression, each part with its place in the file. */
export type Expression =
  | Literal
  | Template
  | ObjectLiteral
  | TupleLiteral
  | Root
  | GetAttribute
  | GetIndex
  | Splat
  | Conditional
  | Unary
  | Binary
  | ForExpression
  | Call
  | Parentheses
  | Invalid;

/** `name = value`, with the place of the name. */
export interface Attribute extends Located {
  readonly name: string;
  readonly value: Expression;
}

/** `type "label" { … }`; `open` and `close` are the places of the braces. */
export interface Block extends Located {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly open: number;
  readonly close: number;
}

/** What stands between two braces, or in a whole file, in order. */
export interface Body {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

/** The source text of a piece of a file. */
export function textOf(located: Located): string {
  return located.source.text.slice(located.start, located.end);
}

/** `main.tf:12`, for people. */
export function placeOf(located: Located): string {
  return `${located.source.file}:${located.source.position(located.start).line}`;
}
