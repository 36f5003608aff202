import type { Diagnostic } from "@apex/core";
import { NESTING_DEPTH_MAX } from "../limits.ts";
import type { Expression, ObjectItem } from "./expression.ts";
import { SourceText } from "./source-text.ts";

/** A JSON document with the place of every value. */
export interface ParsedJson {
  readonly value?: Expression;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads `*.tfvars.json`. Strings are taken as they stand: Terraform reads no templates in them. */
export function parseJson(file: string, text: string): ParsedJson {
  const source = new SourceText(file, text);
  const reader = new JsonReader(source);
  try {
    return { value: reader.document(), diagnostics: [] };
  } catch (failure) {
    if (!(failure instanceof JsonSyntaxError)) throw failure;
    const place = { file, ...source.position(failure.offset) };
    const summary = `The JSON cannot be read: ${failure.message}`;
    return { diagnostics: [{ severity: "error", code: "json-syntax", summary, source: place }] };
  }
}

class JsonSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class JsonReader {
  private at = 0;
  private readonly source: SourceText;
  private readonly text: string;

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
    if (this.text.startsWith("\uFEFF")) this.at = 1;
  }

  document(): Expression {
    const value = this.value(0);
    this.skip();
    if (this.at < this.text.length) throw new JsonSyntaxError("text after the end of the document", this.at);
    return value;
  }

  private skip(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? "")) this.at++;
  }

  private take(character: string): boolean {
    this.skip();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private expect(character: string): void {
    if (!this.take(character)) throw new JsonSyntaxError(`${JSON.stringify(character)} expected`, this.at);
  }

  private value(depth: number): Expression {
    if (depth > NESTING_DEPTH_MAX) {
      throw new JsonSyntaxError(`nested more than ${NESTING_DEPTH_MAX} levels deep`, this.at);
    }
    this.skip();
    const start = this.at;
    const located = (): { source: SourceText; start: number; end: number } => ({
      source: this.source,
      start,
      end: this.at,
    });
    if (this.take("{")) {
      const items = this.list("}", () => this.item(depth));
      return { kind: "object", form: "json", items, ...located() };
    }
    if (this.take("[")) {
      const items = this.list("]", () => this.value(depth + 1));
      return { kind: "tuple", items, ...located() };
    }
    const value = this.scalar();
    return { kind: "literal", form: "json", value, ...located() };
  }

  private list<T>(close: string, read: () => T): T[] {
    const items: T[] = [];
    if (this.take(close)) return items;
    do items.push(read());
    while (this.take(","));
    this.expect(close);
    return items;
  }

  private item(depth: number): ObjectItem {
    this.skip();
    const start = this.at;
    const name = this.scalar();
    if (typeof name !== "string") throw new JsonSyntaxError("a quoted key expected", start);
    const key: Expression = {
      kind: "literal",
      form: "json",
      value: name,
      source: this.source,
      start,
      end: this.at,
    };
    this.expect(":");
    const value = this.value(depth + 1);
    return { name, key, value, source: this.source, start, end: this.at };
  }

  private scalar(): string | number | boolean | null {
    const pattern = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/sy;
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) throw new JsonSyntaxError("a value expected", this.at);
    try {
      const value = JSON.parse(match[0]) as string | number | boolean | null;
      this.at = pattern.lastIndex;
      return typeof value === "string" ? value.normalize("NFC") : value;
    } catch {
      throw new JsonSyntaxError(`${match[0].slice(0, 40)} is no JSON value`, this.at);
    }
  }
}
