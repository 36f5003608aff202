import { formatModulePath } from "@apex/core";
import {
  type ModuleCall,
  type ResourceDeclaration,
  attributeOf,
} from "../configuration/module-definition.ts";
import {
  type Block,
  type Expression,
  type GetAttribute,
  type GetIndex,
  placeOf,
  type Root,
  textOf,
} from "../syntax/expression.ts";
import type { Interpreter, ModuleInstance, Scope } from "./interpreter.ts";
import { addressOf } from "./instance-address.ts";
import { toNumberValue } from "./operators.ts";
import {
  decidingKeys,
  entryOf,
  failure,
  influenced,
  itemAt,
  kindOf,
  listOf,
  missingKey,
  objectOf,
  type ResourceValue,
  scalar,
  shaped,
  toText,
  unknownValue,
  type Value,
  withStep,
} from "./value.ts";
import { variableValue } from "./variables.ts";

/** `value.name` */
export function attributeOfValue(value: Value, name: string): Value {
  if (value.kind === "unknown") return value;
  if (value.kind === "resource") return value.get(name);
  if (value.kind === "object") {
    const reason = `there is no attribute or key ${JSON.stringify(name)}`;
    return entryOf(value, name) ?? failure(reason, value.influences, missingKey(value, name));
  }
  return failure(`a ${kindOf(value)} has no attribute ${JSON.stringify(name)}`, value.influences);
}

/** `value[key]` */
export function indexOfValue(value: Value, key: Value): Value {
  if (value.kind === "unknown") return value;
  if (key.kind === "unknown") return key;
  if (value.kind === "list" && !value.isSet) {
    const index = toNumberValue(key);
    const item = index === undefined ? undefined : itemAt(value, index);
    return item === undefined
      ? failure(`the list has no item ${toText(key) ?? kindOf(key)}`, [...value.influences, key])
      : influenced(item, [key]);
  }
  const name = toText(key);
  if (name === undefined) return failure(`a ${kindOf(value)} has no such key`, [...value.influences, key]);
  return influenced(attributeOfValue(value, name), [key]);
}

type Step = GetAttribute | GetIndex;

interface Resolved {
  readonly value: Value;
  /** How many steps after the root are used up. */
  readonly used: number;
}

/** Evaluates `root.a[b].c`. The whole of it is a place that can be edited. */
export function evaluateTraversal(interpreter: Interpreter, node: Root | Step, scope: Scope): Value {
  const steps: Step[] = [];
  let at: Expression = node;
  while (at.kind === "attribute" || at.kind === "index") {
    steps.push(at);
    at = at.of;
  }
  steps.reverse();
  const resolved: Resolved =
    at.kind === "root"
      ? new RootResolver(interpreter, scope, shorten(textOf(node))).resolve(at.name, steps)
      : { value: interpreter.evaluate(at, scope), used: 0 };
  let { value } = resolved;
  for (const step of steps.slice(resolved.used)) {
    value =
      step.kind === "attribute"
        ? attributeOfValue(value, step.name)
        : indexOfValue(value, interpreter.evaluate(step.key, scope));
  }
  const isLeaf = value.kind === "scalar" || value.kind === "unknown";
  return isLeaf ? withStep(value, { site: { kind: "expression", expression: node } }) : value;
}

const LABEL_LENGTH_MAX = 80;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LABEL_LENGTH_MAX ? `${line.slice(0, LABEL_LENGTH_MAX - 1)}…` : line;
}

class RootResolver {
  private readonly interpreter: Interpreter;
  private readonly scope: Scope;
  private readonly label: string;

  constructor(interpreter: Interpreter, scope: Scope, label: string) {
    this.interpreter = interpreter;
    this.scope = scope;
    this.label = label;
  }

  resolve(root: string, steps: readonly Step[]): Resolved {
    const bound = this.scope.bindings?.get(root);
    if (bound !== undefined) return { value: withStep(bound, { label: this.label }), used: 0 };
    const first = steps[0]?.kind === "attribute" ? steps[0].name : undefined;
    if (first === undefined) return { value: failure(`${root} is not a value`), used: 0 };
    switch (root) {
      case "var":
        return { value: variableValue(this.interpreter, this.scope.module, first), used: 1 };
      case "local":
        return { value: this.local(first), used: 1 };
      case "each":
        return { value: this.each(first), used: 1 };
      case "count":
        return { value: this.count(first), used: 1 };
      case "module":
        return { value: this.module(first), used: 1 };
      case "path":
        return { value: this.path(first), used: 1 };
      case "terraform":
        return { value: this.terraform(first), used: 1 };
      case "data":
        return this.data(first, steps);
      case "self":
        return { value: unknownValue("self is known only while Terraform applies"), used: 1 };
      default:
        return { value: this.resource(root, first), used: 1 };
    }
  }

  private local(name: string): Value {
    const { module } = this.scope;
    const attribute = module.definition.locals.get(name);
    if (attribute === undefined) return failure(`local.${name} is not declared`);
    const value = this.interpreter.remember(module, `local.${name}`, () =>
      this.interpreter.define(attribute.value, { module }),
    );
    return withStep(value, { label: `local.${name} (${placeOf(attribute)})` });
  }

  private each(name: string): Value {
    const { each } = this.scope;
    const value = name === "key" ? each?.key : name === "value" ? each?.value : undefined;
    return value === undefined
      ? failure(`each.${name} has no value here`)
      : withStep(value, { label: this.label });
  }

  private count(name: string): Value {
    const { countIndex } = this.scope;
    return name === "index" && countIndex !== undefined
      ? countIndex
      : failure(`count.${name} has no value here`);
  }

  private path(name: string): Value {
    const { directory } = this.scope.module.definition;
    const outside = (text: string): Value => scalar(text, { kind: "outside", what: `path.${name}` });
    // Terraform itself writes a module's path this way.
    if (name === "module") return outside(directory === "" ? "." : directory);
    if (name === "root") return outside(".");
    return unknownValue(`path.${name} depends on where Terraform runs`);
  }

  private terraform(name: string): Value {
    if (name !== "workspace") return failure(`terraform.${name} is not known`);
    const workspace = this.interpreter.configuration.source.workspace ?? "default";
    return scalar(workspace, { kind: "outside", what: "terraform.workspace" });
  }

  private data(type: string, steps: readonly Step[]): Resolved {
    const name = steps[1]?.kind === "attribute" ? steps[1].name : "?";
    const what = `data.${type}.${name}`;
    const declaration = this.scope.module.definition.resources.get(what);
    const place = declaration === undefined ? "not declared" : placeOf(declaration.block);
    const value = withStep(unknownValue(`${what} is read from the provider`), {
      label: `${what} (${place})`,
    });
    return { value, used: steps.length };
  }

  private resource(type: string, name: string): Value {
    const declaration = this.scope.module.definition.resources.get(`${type}.${name}`);
    if (declaration === undefined) return failure(`${type}.${name} is not declared`);
    return this.repeated(declaration.block, (scope) => this.resourceInstance(declaration, scope));
  }

  private resourceInstance(declaration: ResourceDeclaration, scope: Scope): ResourceValue {
    const address = addressOf(declaration, scope).text;
    const get = (name: string): Value => {
      const { body } = declaration.block;
      const attribute = attributeOf(body, name);
      if (attribute !== undefined) {
        const value = this.interpreter.remember(scope.module, `${address}.${name}`, () =>
          this.interpreter.define(attribute.value, scope),
        );
        return withStep(value, { label: `${address}.${name} (${placeOf(attribute)})` });
      }
      const blocks = body.blocks.filter((block) => block.type === name);
      const isPlain = blocks.length > 0 && blocks.every((block) => block.body.blocks.length === 0);
      return isPlain
        ? listOf(blocks.map((block) => this.blockValue(block, scope)))
        : unknownValue(`${address}.${name} is known to the provider only`);
    };
    return { kind: "resource", address, get, trail: { kind: "collection" }, influences: [] };
  }

  private blockValue(block: Block, scope: Scope): Value {
    const { attributes } = block.body;
    return objectOf(
      new Map(attributes.map(({ name, value }) => [name, this.interpreter.define(value, scope)])),
    );
  }

  private module(name: string): Value {
    const { module } = this.scope;
    const call = module.definition.calls.get(name);
    if (call === undefined) return failure(`module.${name} is not declared`);
    const unread = unknownValue(`module.${name} is not a local module that was read`);
    const instances = this.interpreter.moduleInstances(module, call);
    if (instances === undefined) return unread;
    const byKey = new Map(instances.map((instance) => [instance.path.at(-1)?.key, instance]));
    return this.repeated(call.block, (scope) => {
      const instance = byKey.get(scope.repetition?.key);
      return instance === undefined ? unread : this.moduleValue(call, instance);
    });
  }

  private moduleValue(call: ModuleCall, instance: ModuleInstance): Value {
    const address = formatModulePath(instance.path);
    const get = (name: string): Value => {
      const output = instance.definition.outputs.get(name);
      if (output === undefined) return failure(`module.${call.name} has no output ${JSON.stringify(name)}`);
      const value = this.interpreter.remember(instance, `output.${name}`, () =>
        this.interpreter.define(output.value, { module: instance }),
      );
      return withStep(value, { label: `${address}.${name} output (${placeOf(output)})` });
    };
    return { kind: "resource", address, get, trail: { kind: "collection" }, influences: [] };
  }

  /** One value, a list for `count`, or a map for `for_each`. */
  private repeated(block: Block, make: (scope: Scope) => Value): Value {
    const { module } = this.scope;
    const expansion = this.interpreter.expand(block, { module });
    if (expansion.kind === "unknown") return expansion.value;
    const [only] = expansion.scopes;
    if (expansion.repeated === undefined && only !== undefined) return make(only);
    const shape = expansion.repeated === undefined ? [] : [decidingKeys(expansion.repeated)];
    if (attributeOf(block.body, "count") !== undefined)
      return shaped(listOf(expansion.scopes.map(make)), shape);
    const entries = expansion.scopes.map((scope): [string, Value] => [
      String(scope.repetition?.key ?? ""),
      make(scope),
    ]);
    return shaped(objectOf(new Map(entries)), shape);
  }
}
