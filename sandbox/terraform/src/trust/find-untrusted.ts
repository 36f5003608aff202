import { relative, resolve } from "node:path";
import type { Token } from "../plan/hcl-lexer.ts";
import { isLocalSource } from "../plan/hcl-modules.ts";
import { ExpressionScan, type ScanSetting } from "./expression-scan.ts";
import type { TrustFinding } from "./finding.ts";
import type { Block, Body } from "./hcl-body.ts";
import {
  argumentOf,
  type ParsedFile,
  type Parts,
  parseModules,
  plainArgument,
  type Sources,
  scopeWithin,
} from "./module-scope.ts";
import { lineOf } from "./line-of.ts";
import { mayCall, type Project } from "./project.ts";
import type { Scope } from "./scope.ts";

/** OpenTofu evaluates sources; escapes and the lines of heredocs make others of them. */
const NOT_PLAIN = /[\\\n]|\$\{|%\{/;

/** What is looked at, and where the limits are. */
export interface TrustQuestion extends Sources, Pick<ScanSetting, "templatesAt"> {
  readonly project: Project;
  /** Whether Terraform brings modules from elsewhere, which nobody can look through before it does. */
  readonly fetches?: boolean;
}

/** What has been found, and what provisioners there are. */
export interface TrustAnswer {
  readonly findings: readonly TrustFinding[];
  readonly provisioned: readonly ProvisionedResource[];
}

/** A resource with provisioners. */
export interface ProvisionedResource {
  /** Of the user's. */
  readonly directory: string;
  readonly type: string;
  readonly name: string;
}

/** Where a walk through a file is. */
interface Place {
  readonly file: ParsedFile;
  readonly scope: Scope;
  readonly scan: ExpressionScan;
  readonly parts: Parts;
}

/**
 * Finds whatever in a configuration can execute programs or read files outside of it, by its text alone: nothing is
 * evaluated. What cannot be told counts.
 */
export function findUntrusted(question: TrustQuestion): TrustAnswer {
  const modules = parseModules(question);
  return new TrustWalk(
    question,
    modules.map(({ directory }) => directory),
  ).walk(modules);
}

class TrustWalk {
  readonly #question: TrustQuestion;
  readonly #setting: ScanSetting;
  readonly #findings: TrustFinding[] = [];
  readonly #provisioned: ProvisionedResource[] = [];

  constructor(question: TrustQuestion, directories: readonly string[]) {
    this.#question = question;
    this.#setting = {
      project: question.project,
      modules: directories,
      templatesAt: question.templatesAt,
      scanned: new Set(),
    };
  }

  walk(modules: ReturnType<typeof parseModules>): TrustAnswer {
    for (const { files, scope, parts } of modules) {
      for (const file of files) {
        const scan = new ExpressionScan(this.#setting, (found) =>
          this.#findings.push({ ...found, file: this.#name(found.file ?? file.path) }),
        );
        this.#body(file.body, { file, scope, scan, parts });
      }
    }
    return { findings: distinct(this.#findings), provisioned: this.#provisioned };
  }

  #name(path: string): string {
    return relative(this.#question.project.root, path);
  }

  #add(kind: TrustFinding["kind"], place: Place, at: number, what: string): void {
    const { file } = place;
    this.#findings.push({ kind, file: this.#name(file.path), line: lineOf(file.text, at), what });
  }

  #body(body: Body, place: Place): void {
    for (const { expression } of body.arguments) this.#expression(expression, place);
    for (const block of body.blocks) {
      this.#block(block, place);
      this.#body(block.body, { ...place, scope: scopeWithin(place.parts(block), place.scope) });
    }
  }

  #expression(expression: readonly Token[], { file, scope, scan }: Place): void {
    scan.scan(expression, { path: file.path, text: file.text, offset: 0, scope });
  }

  #block(block: Block, place: Place): void {
    const [type = "", name = ""] = block.labels;
    if (block.type === "resource") this.#provisioners(block, place);
    else if (block.type === "data" && type === "external") {
      this.#add("executes", place, block.at, `data.external.${name} executes a program`);
    } else if (block.type === "data" && type === "terraform_remote_state") this.#remoteState(block, place);
    else if (block.type === "module") this.#module(block, place);
    else if (block.type === "provider") {
      const exec = block.body.blocks.find((inner) => inner.type === "exec");
      if (exec !== undefined)
        this.#add("executes", place, exec.at, `provider "${type}" executes a program for credentials`);
    } else if ((block.type === "key_provider" || block.type === "method") && type === "external") {
      this.#add("executes", place, block.at, `${block.type} "external" of the encryption executes a program`);
    }
  }

  #provisioners(block: Block, place: Place): void {
    const [type = "", name = ""] = block.labels;
    const provisioners = block.body.blocks.filter((inner) => inner.type === "provisioner");
    if (provisioners.length === 0) return;
    this.#provisioned.push({ directory: place.scope.moduleDirectory, type, name });
    for (const { labels, at } of provisioners) {
      this.#add(
        "executes",
        place,
        at,
        `provisioner "${labels[0] ?? ""}" of ${type}.${name} executes commands`,
      );
    }
  }

  /** A local backend reads a file; all other backends are replaced. */
  #remoteState(block: Block, { file, scope, scan }: Place): void {
    const [backend] = argumentOf(block, "backend") ?? [];
    const isLocal = (backend?.kind === "string" || backend?.kind === "heredoc") && backend.text === "local";
    if (!isLocal) return;
    const config = argumentOf(block, "config") ?? [];
    const name = `data.terraform_remote_state.${block.labels[1] ?? ""}`;
    scan.configured(config, { path: file.path, text: file.text, offset: 0, scope }, { name, at: block.at });
  }

  #module(block: Block, place: Place): void {
    const given = argumentOf(block, "source");
    if (given === undefined) return;
    const called = `module "${block.labels[0] ?? ""}"`;
    const source = plainArgument(block, "source");
    if (source === undefined || NOT_PLAIN.test(source)) {
      const what = `${called} comes from where only an evaluation would tell: write its source as a plain string`;
      return this.#add("outside-module", place, given[0]?.at ?? block.at, what);
    }
    const isAbsolute = /^(?:\/|~|file:|[a-z]+::file:)/i.test(source);
    const target = resolve(place.scope.moduleDirectory, source);
    const isOut = isLocalSource(source) && !mayCall(this.#question.project, target);
    const isFetched = this.#question.fetches === true && !isLocalSource(source);
    if (!isAbsolute && !isOut && !isFetched) return;
    const where = isAbsolute || isOut ? "outside of the project" : "and runs as soon as it is fetched";
    this.#add("outside-module", place, block.at, `${called} comes from ${source}, ${where}`);
  }
}

function distinct(findings: readonly TrustFinding[]): readonly TrustFinding[] {
  const seen = new Map(findings.map((each) => [`${each.file}:${each.line}:${each.what}`, each]));
  return [...seen.values()].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}
