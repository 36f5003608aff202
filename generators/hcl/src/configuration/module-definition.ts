import type { Diagnostic } from "@apex/core";
import { type Attribute, type Block, type Body, type Expression, placeOf } from "../syntax/expression.ts";
import { joinPath } from "./module-path.ts";

export interface VariableDeclaration {
  readonly name: string;
  readonly block: Block;
  readonly default?: Attribute;
  readonly type?: Expression;
  /** `nullable = false`: null means the default. */
  readonly nullable: boolean;
}

export interface ResourceDeclaration {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly block: Block;
}

export interface ModuleCall {
  readonly name: string;
  readonly block: Block;
  /** The directory of a local module; absent for a registry, git or otherwise remote one. */
  readonly directory?: string;
  readonly source: string;
}

/** All that the files of one directory declare, override files merged in as Terraform merges them. */
export interface ModuleDefinition {
  readonly directory: string;
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly locals: ReadonlyMap<string, Attribute>;
  readonly outputs: ReadonlyMap<string, Attribute>;
  /** By `type.name`, data sources by `data.type.name`. */
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly calls: ReadonlyMap<string, ModuleCall>;
  readonly providers: readonly Block[];
}

/** The body attribute of that name, the last one where it is (wrongly) repeated. */
export function attributeOf(body: Body, name: string): Attribute | undefined {
  return body.attributes.findLast((attribute) => attribute.name === name);
}

const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
};

function mergeBodies(base: Body, override: Body): Body {
  const names = new Set(override.attributes.map((attribute) => attribute.name));
  const lifecycle = override.blocks.find((block) => block.type === "lifecycle");
  const types = new Set(override.blocks.map((block) => block.type));
  const kept = base.blocks.flatMap((block) => {
    if (block.type === "lifecycle" && lifecycle !== undefined) {
      return [{ ...block, body: mergeBodies(block.body, lifecycle.body) }];
    }
    return types.has(block.type) ? [] : [block];
  });
  const added = override.blocks.filter(
    (block) => block.type !== "lifecycle" || !base.blocks.some((other) => other.type === "lifecycle"),
  );
  return {
    attributes: [...base.attributes.filter(({ name }) => !names.has(name)), ...override.attributes],
    blocks: [...kept, ...added],
  };
}

/** Gathers blocks by kind and name; override files change what the others declared. */
class Gatherer {
  readonly blocks = new Map<string, Block>();
  readonly locals = new Map<string, Attribute>();
  readonly providers: Block[] = [];
  readonly diagnostics: Diagnostic[] = [];

  add(block: Block, isOverride: boolean): void {
    if (block.type === "locals") {
      for (const attribute of block.body.attributes) this.addLocal(attribute, isOverride);
      return;
    }
    if (LABELS[block.type] === undefined) return;
    if (block.labels.length !== LABELS[block.type]) {
      this.report(block, `A ${block.type} block needs ${LABELS[block.type]} labels`);
      return;
    }
    if (block.type === "provider") {
      this.providers.push(block);
      return;
    }
    const key = [block.type, ...block.labels].join(".");
    const existing = this.blocks.get(key);
    if (existing === undefined) this.blocks.set(key, block);
    else if (isOverride) this.blocks.set(key, { ...existing, body: mergeBodies(existing.body, block.body) });
    else this.report(block, `${key} is already declared at ${placeOf(existing)}`);
  }

  private addLocal(attribute: Attribute, isOverride: boolean): void {
    const existing = this.locals.get(attribute.name);
    if (existing === undefined || isOverride) this.locals.set(attribute.name, attribute);
    else this.report(attribute, `local.${attribute.name} is already declared at ${placeOf(existing)}`);
  }

  private report(at: Attribute | Block, summary: string): void {
    const source = { file: at.source.file, ...at.source.position(at.start) };
    this.diagnostics.push({ severity: "error", code: "hcl-declaration", summary, source });
  }
}

function variableOf(name: string, block: Block): VariableDeclaration {
  const fallback = attributeOf(block.body, "default");
  const type = attributeOf(block.body, "type")?.value;
  const nullable = attributeOf(block.body, "nullable")?.value;
  return {
    name,
    block,
    nullable: !(nullable?.kind === "literal" && nullable.value === false),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(type === undefined ? {} : { type }),
  };
}

function callOf(name: string, block: Block, directory: string): ModuleCall {
  const literal = attributeOf(block.body, "source")?.value;
  const source = literal?.kind === "literal" && typeof literal.value === "string" ? literal.value : "";
  const isLocal = /^\.\.?(\/|$)/.test(source);
  return { name, block, source, ...(isLocal ? { directory: joinPath(directory, source) } : {}) };
}

/**
 * Joins the files of one directory. `files` come in Terraform's order: plain files, then override files.
 */
export function defineModule(
  directory: string,
  files: readonly { readonly body: Body; readonly isOverride: boolean }[],
): { readonly definition: ModuleDefinition; readonly diagnostics: readonly Diagnostic[] } {
  const gatherer = new Gatherer();
  for (const { body, isOverride } of files) {
    for (const block of body.blocks) gatherer.add(block, isOverride);
  }
  const variables = new Map<string, VariableDeclaration>();
  const outputs = new Map<string, Attribute>();
  const resources = new Map<string, ResourceDeclaration>();
  const calls = new Map<string, ModuleCall>();
  for (const block of gatherer.blocks.values()) {
    const [first = "", second = ""] = block.labels;
    if (block.type === "variable") variables.set(first, variableOf(first, block));
    else if (block.type === "module") calls.set(first, callOf(first, block, directory));
    else if (block.type === "output") {
      const value = attributeOf(block.body, "value");
      if (value !== undefined) outputs.set(first, value);
    } else {
      const mode = block.type === "data" ? "data" : "managed";
      const key = mode === "data" ? `data.${first}.${second}` : `${first}.${second}`;
      resources.set(key, { mode, type: first, name: second, block });
    }
  }
  const { locals, providers, diagnostics } = gatherer;
  return {
    definition: { directory, variables, locals, outputs, resources, calls, providers },
    diagnostics,
  };
}
