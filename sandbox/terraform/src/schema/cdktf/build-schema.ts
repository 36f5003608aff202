import type { AttributeSchema, BlockSchema, BlockTypeSchema, NestingMode, TypeConstraint } from "@apex/core";
import type { GeneratedMember, GeneratedStruct, GeneratedUnit, HclShape } from "./parse-generated.ts";

/**
 * How often a struct may lie inside itself. Providers write such schemas out to a depth of their own, which the
 * generated code does not tell; for the statements of the WAF it is three.
 */
const SELF_NESTING_MAX = 3;
/** What cdktf adds to a provider's own configuration, which Terraform keeps to itself. */
const META_ARGUMENTS: ReadonlySet<string> = new Set(["alias"]);

const PRIMITIVES: { readonly [storage: string]: TypeConstraint } = {
  string: "string",
  number: "number",
  boolean: "bool",
  stringMap: ["map", "string"],
  numberMap: ["map", "number"],
  booleanMap: ["map", "bool"],
  stringMapMap: ["map", ["map", "string"]],
};

/** Element types of the collections that the HCL writer and the getters name. */
const ELEMENTS: { readonly [storage: string]: TypeConstraint } = {
  stringList: "string",
  numberList: "number",
  booleanList: "bool",
  stringMapList: ["map", "string"],
  stringListList: ["list", "string"],
};

const GETTERS: { readonly [getter: string]: TypeConstraint } = {
  getStringAttribute: "string",
  getNumberAttribute: "number",
  getBooleanAttribute: "bool",
  getStringMapAttribute: ["map", "string"],
  getNumberMapAttribute: ["map", "number"],
  getBooleanMapAttribute: ["map", "bool"],
  getListAttribute: ["list", "string"],
  getNumberListAttribute: ["list", "number"],
};

/** cdktf's own classes for computed collections; the ones with `List` also say whether they wrap a set. */
const COMPLEX: { readonly [name: string]: TypeConstraint } = {
  StringMap: ["map", "string"],
  NumberMap: ["map", "number"],
  BooleanMap: ["map", "bool"],
  AnyMap: ["map", "dynamic"],
  StringMapList: ["map", "string"],
  NumberMapList: ["map", "number"],
  BooleanMapList: ["map", "bool"],
};

/** The body of a unit, and what of it could not be understood, as `path: reason`. */
export interface BuiltSchema {
  readonly block: BlockSchema;
  readonly gaps: readonly string[];
}

/** Rebuilds the schema behind a generated class. A member that is not understood is left out and named in `gaps`. */
export function buildSchema(unit: GeneratedUnit): BuiltSchema {
  const builder = new Builder(unit);
  const block = builder.block(unit.root, "");
  if (unit.unread > 0) builder.gaps.push(`${unit.unread} declarations in a form that is not known`);
  return { block, gaps: builder.gaps };
}

/** How a member holds structs: which one, and in what. */
interface StructUse {
  readonly struct: GeneratedStruct;
  readonly holder: "one" | "list" | "set" | "map";
}

class Builder {
  readonly gaps: string[] = [];
  readonly #unit: GeneratedUnit;
  /** How often each struct is open on the way from the root to here. */
  readonly #open = new Map<GeneratedStruct, number>();
  readonly #cut = new Set<GeneratedStruct>();

  constructor(unit: GeneratedUnit) {
    this.#unit = unit;
  }

  block(struct: GeneratedStruct, path: string): BlockSchema {
    const attributes: Record<string, AttributeSchema> = {};
    const blockTypes: Record<string, BlockTypeSchema> = {};
    for (const member of struct.members) {
      if (this.#unit.kind === "provider" && struct === this.#unit.root && META_ARGUMENTS.has(member.name))
        continue;
      const at = path === "" ? member.name : `${path}.${member.name}`;
      const use = this.#structUse(member, struct);
      if (struct.blocks.has(member.name)) {
        if (use && this.#isCut(use.struct, at)) continue;
        const built = use && this.#blockType(member, use, struct.shapes.get(member.name), at);
        if (built) blockTypes[member.name] = built;
        else this.gaps.push(`${at}: a block whose content is not told`);
      } else {
        const type = this.#type(member, struct, at);
        if (type !== undefined) attributes[member.name] = attribute(member, type);
      }
    }
    return {
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...(Object.keys(blockTypes).length > 0 ? { block_types: blockTypes } : {}),
    };
  }

  #blockType(
    member: GeneratedMember,
    use: StructUse,
    shape: HclShape | undefined,
    path: string,
  ): BlockTypeSchema | undefined {
    const nesting = nestingOf(use, shape);
    if (!nesting) return undefined;
    return {
      nesting_mode: nesting,
      block: this.#inside(use.struct, () => this.block(use.struct, path)),
      ...(member.required ? { min_items: 1 } : {}),
      ...(use.holder === "one" && (nesting === "list" || nesting === "set") ? { max_items: 1 } : {}),
    };
  }

  #type(member: GeneratedMember, struct: GeneratedStruct, path: string): TypeConstraint | undefined {
    const use = this.#structUse(member, struct);
    if (use && this.#isCut(use.struct, path)) return undefined;
    const type = use ? this.#structType(use, path) : plainType(member, struct.shapes.get(member.name));
    if (type !== undefined) return type;
    const isRead = member.computed && !member.optional;
    this.gaps.push(`${path}: type not told, ${isRead ? "taken as dynamic" : "left out"}: ${member.getter}`);
    return isRead ? "dynamic" : undefined;
  }

  #structType(use: StructUse, path: string): TypeConstraint {
    const object = this.#inside(use.struct, () => this.#objectType(use.struct, path));
    return use.holder === "one" ? object : [use.holder, object];
  }

  #objectType(struct: GeneratedStruct, path: string): TypeConstraint {
    const attributes: Record<string, TypeConstraint> = {};
    for (const member of struct.members) {
      const type = this.#type(member, struct, `${path}.${member.name}`);
      if (type !== undefined) attributes[member.name] = type;
    }
    return ["object", attributes];
  }

  #inside<T>(struct: GeneratedStruct, build: () => T): T {
    const open = this.#open.get(struct) ?? 0;
    this.#open.set(struct, open + 1);
    const built = build();
    this.#open.set(struct, open);
    return built;
  }

  #isCut(struct: GeneratedStruct, path: string): boolean {
    if ((this.#open.get(struct) ?? 0) < SELF_NESTING_MAX) return false;
    if (!this.#cut.has(struct))
      this.gaps.push(`${path}: inside itself more than ${SELF_NESTING_MAX} times, cut off`);
    this.#cut.add(struct);
    return true;
  }

  #structUse(member: GeneratedMember, parent: GeneratedStruct): StructUse | undefined {
    const instance = /= new (\w+?)(OutputReference|List|Map)\(this, "\w+"(?:, (true|false))?\);/.exec(
      member.declaration,
    );
    if (instance) {
      const [, name = "", suffix, isSet] = instance;
      const struct = this.#unit.structs.get(name);
      if (!struct) return undefined;
      if (suffix === "OutputReference") return { struct, holder: "one" };
      if (suffix === "Map") return { struct, holder: "map" };
      return { struct, holder: isSet === "true" ? "set" : "list" };
    }
    const typed = /\?: (\w+)(\[\])?(?: \| cdktf\.IResolvable)?;/.exec(member.declaration);
    const struct = typed?.[1] === undefined ? undefined : this.#unit.structs.get(typed[1]);
    if (!struct) return undefined;
    if (typed?.[2] === undefined) return { struct, holder: "one" };
    return { struct, holder: parent.shapes.get(member.name)?.type === "set" ? "set" : "list" };
  }
}

function attribute(member: GeneratedMember, type: TypeConstraint): AttributeSchema {
  return {
    type,
    ...(member.required ? { required: true } : {}),
    ...(member.optional ? { optional: true } : {}),
    ...(member.computed ? { computed: true } : {}),
  };
}

function nestingOf(use: StructUse, shape: HclShape | undefined): NestingMode | undefined {
  if (use.holder !== "one") return use.holder;
  switch (shape?.type) {
    case "list":
    case "set":
      return shape.type;
    case "struct":
      return "single";
    default:
      return undefined;
  }
}

/** The type of a member that holds no struct. */
function plainType(member: GeneratedMember, shape: HclShape | undefined): TypeConstraint | undefined {
  if (shape) {
    const element = ELEMENTS[shape.storage];
    if (element !== undefined && (shape.type === "list" || shape.type === "set"))
      return [shape.type, element];
    return PRIMITIVES[shape.storage];
  }
  const complex = /= new cdktf\.(\w+)\(this, "\w+"(?:, (true|false))?\);/.exec(member.declaration);
  if (complex) {
    const type = COMPLEX[complex[1] ?? ""];
    if (type === undefined || complex[2] === undefined) return type;
    return [complex[2] === "true" ? "set" : "list", type];
  }
  const isSet = member.getter.includes("cdktf.Fn.tolist(");
  const type = GETTERS[/\bthis\.(\w+)\('\w+'\)/.exec(member.getter)?.[1] ?? ""];
  if (isSet && Array.isArray(type) && type[0] === "list") return ["set", type[1]];
  return type;
}
