import { typeSchema } from "../type-schema.ts";
import { exactly, joined, misspeltDeclarations, ofOtherKind, type Readings, slipsOf } from "./readings.ts";
import type { Names, ReferenceSite } from "./reference-site.ts";

/** Declared resources or data sources of existing types, as `[type, name]`. */
function declaredResources({ scope }: ReferenceSite, mode: "managed" | "data"): readonly [string, string][] {
  return [...scope.module.resources.values()]
    .filter((one) => one.mode === mode)
    .filter(({ type }) => typeSchema(scope.world, mode === "data" ? "data" : "resource", type) !== undefined)
    .map(({ type, name }) => [type, name]);
}

/** The same type with a near name, or a type that does not exist near to one that is declared under the same name. */
function resourceSlips(
  site: ReferenceSite,
  mode: "managed" | "data",
  written: { readonly type: string; readonly name: string; readonly end: number },
): Readings {
  const { type, name, end } = written;
  const prefix = mode === "data" ? "data." : "";
  const all = declaredResources(site, mode);
  const named = all.filter(([one]) => one === type).map(([, one]) => one);
  const typed = all.filter(([, one]) => one === name).map(([one]) => one);
  const exists = typeSchema(site.scope.world, mode === "data" ? "data" : "resource", type) !== undefined;
  return joined(
    slipsOf(site, { written: name, end }, named, (one) => `${prefix}${type}.${one}`),
    exists
      ? { certain: [], candidates: [] }
      : slipsOf(site, { written: type, end }, typed, (one) => `${prefix}${one}.${name}`),
  );
}

/** `sns_topic.orders` where `aws_sns_topic.orders` is declared. */
function providerReadings(
  site: ReferenceSite,
  { type, name, end }: { readonly type: string; readonly name: string; readonly end: number },
): Readings {
  const longer = declaredResources(site, "managed").filter(
    ([of, one]) => one === name && of.split("_").slice(1).join("_") === type,
  );
  return joined(
    ...longer.map(([of]) =>
      exactly(true, {
        text: `${of}.${name}`,
        end,
        why: `${of}.${name} is declared, and its provider was left out`,
      }),
    ),
  );
}

/** The name as a resource for a data source and the other way round, unless one of its own mode is misspelt where it is declared. */
function ofOtherMode(
  site: ReferenceSite,
  mode: "managed" | "data",
  { type, name, end }: { readonly type: string; readonly name: string; readonly end: number },
): Readings {
  const [other, schemas] = mode === "data" ? (["", "resource"] as const) : (["data.", "data"] as const);
  const text = `${other}${type}.${name}`;
  const isThere =
    site.scope.module.resources.has(text) && typeSchema(site.scope.world, schemas, type) !== undefined;
  const why =
    mode === "data"
      ? `no data source ${type}.${name} is declared, and a resource of that name is`
      : `no resource ${type}.${name} is declared, and a data source of that name is`;
  const named = declaredResources(site, mode).flatMap(([of, one]) => (of === type ? [one] : []));
  const start = mode === "data" ? `data.${type}` : type;
  const rivals = misspeltDeclarations(site, name, named).map((one) => `${start}.${one}`);
  return ofOtherKind(isThere, { text, end, why }, rivals);
}

/** What a reference to an undeclared resource or data source can be meant as, by the module's resources and data sources. */
export function resourceReadings(site: ReferenceSite, { names, ends }: Names): Readings {
  const isData = names[0] === "data";
  const [type = "", name = ""] = isData ? names.slice(1) : names;
  const written = { type, name, end: ends[isData ? 2 : 1] ?? 0 };
  const mode = isData ? "data" : "managed";
  return joined(
    resourceSlips(site, mode, written),
    ofOtherMode(site, mode, written),
    ...(isData ? [] : [providerReadings(site, written)]),
  );
}
