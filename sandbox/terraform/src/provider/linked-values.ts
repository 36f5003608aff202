import { isListValue, isObjectValue, type ObjectValue, UnknownValue, type Value } from "./dynamic-value.ts";
import { PLACEHOLDER_ACCOUNT } from "./placeholder.ts";
import type { LaunchTemplateNames } from "./provider-session.ts";

/** What an apply has to go on. */
export interface LinkQuestion {
  readonly type: string;
  readonly region: string;
  readonly prior: ObjectValue | null;
  readonly planned: ObjectValue;
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function nextNumber(prior: ObjectValue | null, name: string): number {
  const before = prior?.[name];
  return typeof before === "number" ? before + 1 : 1;
}

type Derive = (filled: ObjectValue, question: LinkQuestion) => ObjectValue;

function instanceTemplate(place: (filled: ObjectValue) => string): Derive {
  return (filled) => {
    const id = `projects/${text(filled["project"]) || "stand-in"}/${place(filled)}/instanceTemplates/${text(filled["name"])}`;
    const selfLink = `https://www.googleapis.com/compute/v1/${id}`;
    return { id, self_link: selfLink, self_link_unique: `${selfLink}?uniqueId=1` };
  };
}

/**
 * What the clouds make from other values, in their form: others refer to a resource by it. Sources: the attribute references
 * of the providers' documentation.
 */
const DERIVED: Readonly<Record<string, Derive>> = {
  aws_launch_template: (_filled, { prior }) => ({
    latest_version: nextNumber(prior, "latest_version"),
    default_version: typeof prior?.["default_version"] === "number" ? prior["default_version"] : 1,
  }),
  aws_ecs_task_definition: (filled, { prior, region }) => {
    const revision = nextNumber(prior, "revision");
    const family = text(filled["family"]);
    const stem = `arn:aws:ecs:${region}:${PLACEHOLDER_ACCOUNT}:task-definition/${family}`;
    return { id: family, revision, arn: `${stem}:${revision}`, arn_without_revision: stem };
  },
  google_compute_instance_template: instanceTemplate(() => "global"),
  google_compute_region_instance_template: instanceTemplate((filled) => `regions/${text(filled["region"])}`),
};

/** The values that `filled` has placeholders for and that follow from others. */
export function withDerived(filled: ObjectValue, question: LinkQuestion): ObjectValue {
  const derived = DERIVED[question.type]?.(filled, question) ?? {};
  const wanted = Object.entries(derived).filter(([name]) => question.planned[name] instanceof UnknownValue);
  return { ...filled, ...Object.fromEntries(wanted) };
}

/** Remembers a launch template's id and name, so that those who name one of them learn the other. */
export function rememberLaunchTemplate(type: string, state: ObjectValue, names: LaunchTemplateNames): void {
  const { id, name } = state;
  if (type !== "aws_launch_template" || typeof id !== "string" || typeof name !== "string") return;
  names.nameOf.set(id, name);
  names.idOf.set(name, id);
}

/** How blocks refer to launch templates. */
const REFERENCES = [
  ["id", "name"],
  ["launch_template_id", "launch_template_name"],
] as const;

/** Gives references to launch templates the half that is only known after apply. */
export function withLaunchTemplates(value: Value, names: LaunchTemplateNames, isReference = false): Value {
  if (isListValue(value)) return value.map((item) => withLaunchTemplates(item, names, isReference));
  if (!isObjectValue(value)) return value;
  const entries = Object.entries(value).map(([key, item]): readonly [string, Value] => [
    key,
    withLaunchTemplates(item, names, key.startsWith("launch_template")),
  ]);
  const object: Record<string, Value> = Object.fromEntries(entries);
  for (const [idKey, nameKey] of isReference ? REFERENCES : []) {
    const [id, name] = [object[idKey], object[nameKey]];
    if (typeof id === "string" && name instanceof UnknownValue)
      object[nameKey] = names.nameOf.get(id) ?? name;
    if (typeof name === "string" && id instanceof UnknownValue) object[idKey] = names.idOf.get(name) ?? id;
  }
  return object;
}
