import { resolve } from "node:path";
import type { ModuleSource, SourceText } from "../plan/collect-outside.ts";
import { isLocalSource } from "../plan/hcl-modules.ts";
import { type Block, type Body, parseBody } from "./hcl-body.ts";
import { parseJsonBody } from "./json-body.ts";
import type { Placed, Scope } from "./scope.ts";
import { elementsOfAll } from "./static-text.ts";

/** A file with what is in it. */
export interface ParsedFile {
  readonly path: string;
  readonly text: string;
  readonly body: Body;
}

/** A module of the configuration with what its names mean. */
export interface ParsedModule {
  readonly directory: string;
  readonly files: readonly ParsedFile[];
  readonly scope: Scope;
  readonly parts: Parts;
}

/** A block with those that Terraform makes one of with it: arguments in override files take the place of others. */
export type Parts = (block: Block) => readonly Block[];

/** The whole configuration. */
export interface Sources {
  /** The root directory first. */
  readonly modules: readonly ModuleSource[];
  /** Files of values for the root's variables, and values that the user gave himself. */
  readonly variableFiles: readonly SourceText[];
  readonly variables: Readonly<Record<string, string>>;
}

function parse({ path, text }: SourceText): ParsedFile {
  return { path, text, body: path.endsWith(".json") ? parseJsonBody(text) : parseBody(text) };
}

function blocksOf(files: readonly ParsedFile[], type: string): readonly Block[] {
  return files.flatMap(({ body }) => body.blocks.filter((block) => block.type === type));
}

/** The expression of an argument in a block. */
export function argumentOf(block: Block, name: string): Placed["expression"] | undefined {
  return block.body.arguments.find((argument) => argument.name === name)?.expression;
}

/** The text of an argument that is a plain string. */
export function plainArgument(block: Block, name: string): string | undefined {
  const [token, ...more] = argumentOf(block, name) ?? [];
  return more.length === 0 && (token?.kind === "string" || token?.kind === "heredoc")
    ? token.text
    : undefined;
}

/** The scope inside of a block, given with its {@link Parts}: `each` goes over its `for_each`. */
export function scopeWithin(parts: readonly Block[], scope: Scope): Scope {
  const known = scopesWithin.get(parts);
  if (known !== undefined) return known;
  const within = scopeOfParts(parts, scope);
  scopesWithin.set(parts, within);
  return within;
}

/** Blocks that are one always stand in the same scope. */
const scopesWithin = new WeakMap<readonly Block[], Scope>();

function scopeOfParts(parts: readonly Block[], scope: Scope): Scope {
  const forEach = parts.flatMap((part) => {
    const expression = argumentOf(part, "for_each");
    return expression === undefined ? [] : [{ expression, scope }];
  });
  const [block] = parts;
  if (block === undefined || forEach.length === 0) return scope;
  const isDynamic = block.type === "dynamic";
  const name = isDynamic ? (iteratorOf(block) ?? block.labels[0] ?? "each") : "each";
  return { ...scope, iterators: new Map([...scope.iterators, [name, elementsOfAll(forEach)]]) };
}

/** Which top-level blocks of a module are one: those of the same type and labels. */
function partsOf(files: readonly ParsedFile[]): Parts {
  const groups = new Map<string, Block[]>();
  const groupOf = new Map<Block, readonly Block[]>();
  for (const block of files.flatMap(({ body }) => body.blocks)) {
    if (block.labels.length === 0) continue;
    const key = JSON.stringify([block.type, ...block.labels]);
    const group = groups.get(key) ?? [];
    group.push(block);
    groups.set(key, group);
    groupOf.set(block, group);
  }
  // Blocks within blocks have none: an override takes the place of all of them.
  return (block) => groupOf.get(block) ?? [block];
}

function iteratorOf(block: Block): string | undefined {
  const [token] = argumentOf(block, "iterator") ?? [];
  return token?.kind === "word" || token?.kind === "heredoc" ? token.text : undefined;
}

interface Call {
  /** The call with what overrides it. */
  readonly blocks: readonly Block[];
  readonly scope: Scope;
}

/** Parses all modules and links them: what a variable of a module can be follows from those that call it. */
export function parseModules(sources: Sources): readonly ParsedModule[] {
  const root = sources.modules[0]?.directory ?? "/";
  const parsed = new Map(sources.modules.map(({ directory, files }) => [directory, files.map(parse)]));
  const fetched = new Set(sources.modules.filter((each) => each.isFetched).map((each) => each.directory));
  const scopes = new Map<string, Scope>();
  const parts = new Map([...parsed].map(([directory, files]) => [directory, partsOf(files)]));
  const calls = new Map<string, Call[]>();
  for (const [directory, files] of parsed) {
    const scope: Scope = {
      moduleDirectory: directory,
      rootDirectory: root,
      local: (name) => localValues(files, name, scope),
      // Whoever calls what was fetched does not say so here.
      variable: (name) =>
        fetched.has(directory)
          ? undefined
          : variableValues({ name, files, scope, sources, calls: calls.get(directory) }),
      iterators: new Map(),
      bound: new Map(),
    };
    scopes.set(directory, scope);
  }
  for (const [directory, files] of parsed) {
    const [scope, together] = [scopes.get(directory), parts.get(directory)];
    if (scope === undefined || together === undefined) continue;
    for (const block of blocksOf(files, "module")) {
      const source = plainArgument(block, "source");
      if (source === undefined || !isLocalSource(source)) continue;
      const target = resolve(directory, source);
      const blocks = together(block);
      const before = calls.get(target) ?? [];
      if (before.some((call) => call.blocks === blocks)) continue;
      calls.set(target, [...before, { blocks, scope: scopeWithin(blocks, scope) }]);
    }
  }
  return [...parsed].flatMap(([directory, files]) => {
    const [scope, together] = [scopes.get(directory), parts.get(directory)];
    return scope === undefined || together === undefined
      ? []
      : [{ directory, files, scope, parts: together }];
  });
}

function localValues(
  files: readonly ParsedFile[],
  name: string,
  scope: Scope,
): readonly Placed[] | undefined {
  const found = blocksOf(files, "locals").flatMap((block) =>
    block.body.arguments.filter((argument) => argument.name === name),
  );
  return found.length === 0 ? undefined : found.map(({ expression }) => ({ expression, scope }));
}

interface VariableQuestion {
  readonly name: string;
  readonly files: readonly ParsedFile[];
  readonly scope: Scope;
  readonly sources: Sources;
  /** Of the module; none for the root. */
  readonly calls: readonly Call[] | undefined;
}

/** Everything that may be a variable's value: its default, and what is given to it. */
function variableValues(question: VariableQuestion): readonly Placed[] | undefined {
  const { name, files, scope } = question;
  const declared = blocksOf(files, "variable").filter((block) => block.labels[0] === name);
  const defaults = declared.flatMap((block) => argumentOf(block, "default") ?? []).length > 0;
  const values: Placed[] = declared.flatMap((block) => {
    const expression = argumentOf(block, "default");
    return expression === undefined ? [] : [{ expression, scope }];
  });
  if (scope.moduleDirectory === scope.rootDirectory) values.push(...givenValues(question));
  for (const call of question.calls ?? []) {
    const given = call.blocks.flatMap((block) => {
      const expression = argumentOf(block, name);
      return expression === undefined ? [] : [{ expression, scope: call.scope }];
    });
    if (given.length === 0 && !defaults) return undefined;
    values.push(...given);
  }
  const isCalled = scope.moduleDirectory === scope.rootDirectory || question.calls !== undefined;
  return isCalled && values.length > 0 ? values : undefined;
}

function givenValues({ name, scope, sources }: VariableQuestion): readonly Placed[] {
  const fromFiles = sources.variableFiles.flatMap(({ path, text }) => {
    const body = path.endsWith(".json") ? parseJsonBody(text, true) : parseBody(text);
    return body.arguments.filter((argument) => argument.name === name);
  });
  const given = Object.hasOwn(sources.variables, name) ? sources.variables[name] : undefined;
  const own: Placed[] =
    given === undefined
      ? []
      : [
          {
            expression: [{ kind: "heredoc", text: given.replaceAll("${", "$${"), startsLine: false, at: 0 }],
            scope,
          },
        ];
  return [...fromFiles.map(({ expression }) => ({ expression, scope })), ...own];
}
