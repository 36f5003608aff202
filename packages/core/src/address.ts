/** The key of an instance: a string for `for_each`, a number for `count`. */
export type InstanceKey = string | number;

/** One step into a module: `module.workers["eu"]`. */
export interface ModuleStep {
  readonly name: string;
  readonly key?: InstanceKey;
}

/** An absolute Terraform resource instance address, taken apart. Immutable; {@link formatAddress} gives the text back. */
export interface Address {
  readonly modules: readonly ModuleStep[];
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly key?: InstanceKey;
}

const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_-]*/u;

class Scanner {
  private rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  get isDone(): boolean {
    return this.rest === "";
  }

  take(prefix: string): boolean {
    if (!this.rest.startsWith(prefix)) return false;
    this.rest = this.rest.slice(prefix.length);
    return true;
  }

  identifier(): string | undefined {
    const match = IDENTIFIER.exec(this.rest);
    if (match === null) return undefined;
    this.rest = this.rest.slice(match[0].length);
    return match[0];
  }

  /** Reads `[0]` or `["key"]`; `undefined` when no bracket follows, `null` when it is malformed. */
  key(): InstanceKey | undefined | null {
    if (!this.take("[")) return undefined;
    const match = /^(\d+|"(?:[^"\\]|\\.)*")\]/.exec(this.rest);
    if (match?.[1] === undefined) return null;
    this.rest = this.rest.slice(match[0].length);
    if (!match[1].startsWith('"')) return Number(match[1]);
    try {
      return JSON.parse(match[1]) as string;
    } catch {
      return null;
    }
  }
}

function withKey<T extends object>(value: T, key: InstanceKey | undefined): T & { key?: InstanceKey } {
  return key === undefined ? value : { ...value, key };
}

/** Reads an address such as `module.net["a"].aws_instance.web[0]`; `undefined` when it is none. */
export function parseAddress(text: string): Address | undefined {
  const scanner = new Scanner(text);
  const modules: ModuleStep[] = [];
  while (scanner.take("module.")) {
    const name = scanner.identifier();
    const key = scanner.key();
    if (name === undefined || key === null || !scanner.take(".")) return undefined;
    modules.push(withKey({ name }, key));
  }
  const mode = scanner.take("data.") ? "data" : "managed";
  const type = scanner.identifier();
  if (type === undefined || !scanner.take(".")) return undefined;
  const name = scanner.identifier();
  const key = scanner.key();
  if (name === undefined || key === null || !scanner.isDone) return undefined;
  return withKey({ modules, mode, type, name } as const, key);
}

function formatKey(key: InstanceKey | undefined): string {
  if (key === undefined) return "";
  return typeof key === "number" ? `[${key}]` : `[${JSON.stringify(key)}]`;
}

/** The module path of an address as text, "" for the root: `module.net["a"]`. */
export function formatModulePath(modules: readonly ModuleStep[]): string {
  return modules.map((step) => `module.${step.name}${formatKey(step.key)}`).join(".");
}

/** The address as Terraform prints it. */
export function formatAddress(address: Address): string {
  const modules = formatModulePath(address.modules);
  const mode = address.mode === "data" ? "data." : "";
  const resource = `${mode}${address.type}.${address.name}${formatKey(address.key)}`;
  return modules === "" ? resource : `${modules}.${resource}`;
}
