import type { Token } from "../plan/hcl-lexer.ts";
import type { Argument, Block, Body } from "./hcl-body.ts";

/** How many labels a block of JSON syntax has, by the blocks it stands in; what is not here is an argument. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  module: 1,
  variable: 1,
  output: 1,
  provider: 1,
  check: 1,
  locals: 0,
  terraform: 0,
};
const NESTED_LABELS: Readonly<Record<string, number>> = {
  provisioner: 1,
  connection: 0,
  encryption: 0,
  key_provider: 2,
  method: 2,
  exec: 0,
};
const DEPTH_MAX = 100;

type JsonRecord = Readonly<Record<string, unknown>>;

function records(value: unknown): readonly JsonRecord[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter(
    (item): item is JsonRecord => typeof item === "object" && item !== null && !Array.isArray(item),
  );
}

/** Reads JSON syntax as if it were written in HCL. Positions are those of the first equal text. */
class JsonReader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  #positionOf(value: string): number {
    return Math.max(0, this.#text.indexOf(JSON.stringify(value)));
  }

  #mark(text: string): Token {
    return { kind: "other", text, startsLine: false, at: 0 };
  }

  /** Strings are templates without the escapes of quoted ones, as heredocs are. */
  expression(value: unknown, depth = 0): readonly Token[] {
    if (depth > DEPTH_MAX) return [];
    if (typeof value === "string") {
      return [{ kind: "heredoc", text: value, startsLine: false, at: this.#positionOf(value) }];
    }
    if (Array.isArray(value)) {
      const items = value.flatMap((item: unknown) => [...this.expression(item, depth + 1), this.#mark(",")]);
      return [this.#mark("["), ...items, this.#mark("]")];
    }
    if (typeof value !== "object" || value === null) return [this.#mark(String(value))];
    const items = Object.entries(value).flatMap(([key, item]) => [
      ...this.expression(key, depth + 1),
      this.#mark(":"),
      ...this.expression(item, depth + 1),
      this.#mark(","),
    ]);
    const brace = { startsLine: false, at: 0 };
    return [{ kind: "open", ...brace }, ...items, { kind: "close", ...brace }];
  }

  body(value: JsonRecord, labels: Readonly<Record<string, number>>, depth = 0): Body {
    const body = { arguments: [] as Argument[], blocks: [] as Block[] };
    if (depth > DEPTH_MAX) return body;
    for (const [name, item] of Object.entries(value)) {
      const count = Object.hasOwn(labels, name) ? labels[name] : undefined;
      if (count === undefined) body.arguments.push({ name, expression: this.expression(item) });
      else body.blocks.push(...this.#blocks(name, item, { count, labels: [], depth }));
    }
    return body;
  }

  #blocks(
    type: string,
    value: unknown,
    at: { readonly count: number; readonly labels: readonly string[]; readonly depth: number },
  ): readonly Block[] {
    const { count, labels, depth } = at;
    if (labels.length < count) {
      return records(value).flatMap((record) =>
        Object.entries(record).flatMap(([label, inner]) =>
          this.#blocks(type, inner, { count, labels: [...labels, label], depth }),
        ),
      );
    }
    const inside = type === "check" ? { ...NESTED_LABELS, data: 2 } : NESTED_LABELS;
    return records(value).map((record) => ({
      type,
      labels,
      at: this.#positionOf(labels.at(-1) ?? type),
      body: this.body(record, inside, depth + 1),
    }));
  }
}

/** The blocks and arguments of a `.tf.json` or `.tfvars.json` file; none when it is no JSON: Terraform reports that. */
export function parseJsonBody(text: string, isVariables = false): Body {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { arguments: [], blocks: [] };
  }
  const reader = new JsonReader(text);
  const bodies = records(parsed).map((record) => reader.body(record, isVariables ? {} : LABELS));
  return {
    arguments: bodies.flatMap((body) => body.arguments),
    blocks: bodies.flatMap((body) => body.blocks),
  };
}
