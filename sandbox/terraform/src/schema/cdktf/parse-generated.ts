/** One attribute or block as the generated code declares it. */
export interface GeneratedMember {
  /** Terraform's name. */
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** The line that declares the private field, or the getter of a computed attribute. */
  readonly declaration: string;
  /** The expression that the getter returns. */
  readonly getter: string;
}

/** What the HCL writer says of a configurable attribute. */
export interface HclShape {
  /** `simple`, `list`, `set`, `map` or `struct`. */
  readonly type: string;
  /** A primitive such as `stringList`, or a struct's class. */
  readonly storage: string;
}

/** One struct, or the resource itself. */
export interface GeneratedStruct {
  readonly name: string;
  readonly members: readonly GeneratedMember[];
  readonly shapes: ReadonlyMap<string, HclShape>;
  /** Names that the configuration calls blocks; others that hold structs are attributes of an object type. */
  readonly blocks: ReadonlySet<string>;
}

/** The top class of a folder, and its structs by name. */
export interface GeneratedUnit {
  readonly kind: "resource" | "data-source" | "provider";
  /** Terraform's type name, `aws_ebs_volume`; for a provider its name. */
  readonly type: string;
  readonly root: GeneratedStruct;
  readonly structs: ReadonlyMap<string, GeneratedStruct>;
  /** How many declarations look like ones we read and were not read: 0 unless the generator's form has changed. */
  readonly unread: number;
}

const KINDS = {
  TerraformResource: "resource",
  TerraformDataSource: "data-source",
  TerraformProvider: "provider",
} as const;

const INTERFACE = /^export interface (\w+)(?: extends [\w.]+)? \{\n([\s\S]*?)^\}/gm;
const PROPERTY = /^ {2}\/\*\*\n([\s\S]*?)^ {2}\*\/\n {2}readonly (\w+)(\??): (.*);$/gm;
const DOCUMENTED_NAME = /^ {2}\* Docs at Terraform Registry: \{@link \S+#(\w+) /m;
const HCL_FUNCTION = /^export function \w+ToHclTerraform\(struct\?: ([^)]*)\): any \{\n([\s\S]*?)^\}/gm;
const SHAPE =
  /^ +(\w+): \{\n +value: .*\n +isBlock: (?:true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",/gm;
const CLASS = /^export class (\w+) extends cdktf\.(\w+) \{\n([\s\S]*?)^\}/gm;
const MEMBER =
  /^ {2}\/\/ (\S+) - computed: (true|false), optional: (true|false), required: (true|false)\n(.*)\n([\s\S]*?)^ {2}\}/gm;
/** A declaration of each kind that is read above, by its plainest mark. */
const MARKS = [
  { mark: /^ +readonly \w+\??: /gm, container: INTERFACE, item: PROPERTY },
  { mark: /^ +isBlock: /gm, container: /[\s\S]+/g, item: SHAPE },
  { mark: /^ +\/\/ \S+ - computed: /gm, container: CLASS, item: MEMBER },
];
const TYPE_NAME = /public static readonly tfResourceType = "(\w+)";/;

/**
 * Reads the generated TypeScript of one folder. `undefined` when it declares no resource, data source or provider
 * (the folder of provider-defined functions, for one).
 */
export function parseGenerated(text: string): GeneratedUnit | undefined {
  const interfaces = new Map(
    matches(INTERFACE, text).map(([, name = "", body = ""]) => [name, parseProperties(body)]),
  );
  const shapes = new Map(
    matches(HCL_FUNCTION, text).map(([, parameter = "", body = ""]) => [
      structOf(parameter),
      parseShapes(body),
    ]),
  );
  const structs = new Map<string, GeneratedStruct>();
  for (const [name, properties] of interfaces) {
    structs.set(name, {
      name,
      members: properties.map((property) => property.member),
      shapes: shapes.get(name) ?? new Map(),
      blocks: blocksOf(properties),
    });
  }
  let unit: Pick<GeneratedUnit, "kind" | "type" | "root"> | undefined;
  for (const [, className = "", base = "", body = ""] of matches(CLASS, text)) {
    if (base === "ComplexObject") {
      const name = className.replace(/OutputReference$/, "");
      const blocks = structs.get(name)?.blocks ?? new Set();
      structs.set(name, { name, members: parseMembers(body), shapes: shapes.get(name) ?? new Map(), blocks });
    } else if (isTopClass(base)) {
      const blocks = blocksOf(interfaces.get(`${className}Config`) ?? []);
      const type = TYPE_NAME.exec(body)?.[1] ?? className;
      const root = { name: className, members: parseMembers(body), shapes: parseShapes(body), blocks };
      unit = { kind: KINDS[base], type, root };
    }
  }
  return unit && { ...unit, structs, unread: unreadIn(text) };
}

function unreadIn(text: string): number {
  const unread = MARKS.map(({ mark, container, item }) => {
    const read = matches(container, text).reduce((sum, [body]) => sum + matches(item, body).length, 0);
    return Math.abs(matches(mark, text).length - read);
  });
  return unread.reduce((sum, count) => sum + count, 0);
}

function isTopClass(base: string): base is keyof typeof KINDS {
  return Object.hasOwn(KINDS, base);
}

interface Property {
  readonly isBlock: boolean;
  readonly member: GeneratedMember;
}

/** The configuration's side of a struct: all there is for the structs of a provider, which have no class. */
function parseProperties(body: string): readonly Property[] {
  return matches(PROPERTY, body).flatMap(([, comment = "", field = "", mark = "", type = ""]) => {
    const name = DOCUMENTED_NAME.exec(comment)?.[1];
    if (name === undefined) return [];
    const member = {
      name,
      computed: false,
      optional: mark === "?",
      required: mark !== "?",
      declaration: `  private _${field}?: ${type};`,
      getter: "",
    };
    return [{ isBlock: comment.startsWith(`  * ${name} block\n`), member }];
  });
}

function blocksOf(properties: readonly Property[]): ReadonlySet<string> {
  return new Set(properties.filter((property) => property.isBlock).map((property) => property.member.name));
}

function parseMembers(body: string): readonly GeneratedMember[] {
  return matches(MEMBER, body).map((match) => {
    const [, name = "", computed, optional, required, declaration = "", rest = ""] = match;
    return {
      name,
      computed: computed === "true",
      optional: optional === "true",
      required: required === "true",
      declaration,
      getter: /^ {4}return (.*);$/m.exec(rest)?.[1] ?? "",
    };
  });
}

function parseShapes(body: string): ReadonlyMap<string, HclShape> {
  return new Map(
    matches(SHAPE, body).map(([, name = "", type = "", storage = ""]) => [name, { type, storage }]),
  );
}

/** `XOutputReference | X | cdktf.IResolvable` is about `X`. */
function structOf(parameter: string): string {
  const names = parameter.split("|").map((part) => part.trim());
  return (
    names.findLast((name) => !name.startsWith("cdktf.") && !name.endsWith("OutputReference")) ?? parameter
  );
}

function matches(pattern: RegExp, text: string): readonly RegExpExecArray[] {
  return [...text.matchAll(pattern)];
}
