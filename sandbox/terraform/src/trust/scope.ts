import type { Token } from "../plan/hcl-lexer.ts";

/** The texts that a value may have; `null` is: cannot be told. */
export type Texts = readonly string[] | null;

/** What the elements of a collection may be. */
export interface Elements {
  readonly keys: Texts;
  readonly values: Texts;
  /** Their expressions, for the attributes of objects; none where they cannot be told. */
  readonly items: readonly Placed[];
}

/** An expression with the place in which its names mean something. */
export interface Placed {
  readonly expression: readonly Token[];
  readonly scope: Scope;
}

/** What the names in an expression mean. */
export interface Scope {
  /** The directory of the module, and the root directory: absolute. */
  readonly moduleDirectory: string;
  readonly rootDirectory: string;
  /** Expressions that a local value or a variable may have; `undefined` is: cannot be told. */
  readonly local: (name: string) => readonly Placed[] | undefined;
  readonly variable: (name: string) => readonly Placed[] | undefined;
  /** `each`, and the iterators of dynamic blocks, by name. */
  readonly iterators: ReadonlyMap<string, Elements>;
  /** Names that `for` binds: to the values of elements, with their expressions. */
  readonly bound: ReadonlyMap<string, Pick<Elements, "values" | "items">>;
}
