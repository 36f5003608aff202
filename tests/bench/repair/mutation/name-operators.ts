import { type Block, expressionsIn } from "@apex/generators-hcl/syntax";
import type { ParsedFile } from "@apex/generators-hcl";
import {
  blocksIn,
  labelsOf,
  type NamePlace,
  namesIn,
  type Operator,
  pick,
  type Random,
} from "./mutable-text.ts";

/** Another spelling of a name; `undefined` where this kind of mistake cannot be made in it. */
type Respelling = (name: string, random: Random) => string | undefined;

/** Rows of a keyboard: a finger slips to a neighbour in its row. */
const KEYBOARD = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"];

function letterAt(name: string, random: Random): number {
  return Math.floor(random() * name.length);
}

const letterDropped: Respelling = (name, random) => {
  const at = letterAt(name, random);
  return name.length < 2 ? undefined : name.slice(0, at) + name.slice(at + 1);
};

const letterDoubled: Respelling = (name, random) => {
  const at = letterAt(name, random);
  return name.slice(0, at + 1) + name.slice(at);
};

const lettersSwapped: Respelling = (name, random) => {
  const at = letterAt(name, random);
  const [one, other] = [name[at], name[at + 1]];
  if (one === undefined || other === undefined || one === other) return undefined;
  return `${name.slice(0, at)}${other}${one}${name.slice(at + 2)}`;
};

const letterReplaced: Respelling = (name, random) => {
  const at = letterAt(name, random);
  const row = KEYBOARD.find((keys) => keys.includes(name[at] ?? "-"));
  if (row === undefined) return undefined;
  const key = row.indexOf(name[at] ?? "");
  const neighbour = row[key + (random() < 0.5 ? -1 : 1)] ?? row[key === 0 ? 1 : key - 1] ?? "";
  return name.slice(0, at) + neighbour + name.slice(at + 1);
};

const wordDropped: Respelling = (name, random) => {
  const words = name.split("_");
  const at = letterAt(words.join(""), random) % words.length;
  return words.length < 2 ? undefined : words.filter((_, index) => index !== at).join("_");
};

const pluralChanged: Respelling = (name) => (name.endsWith("s") ? name.slice(0, -1) : `${name}s`);

const caseChanged: Respelling = (name, random) =>
  pick(
    [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      name.replaceAll("_", "-"),
      name.slice(0, 1).toUpperCase() + name.slice(1),
      name.toUpperCase(),
    ].filter((other) => other !== name),
    random,
  );

const RESPELLINGS = {
  "letter-dropped": letterDropped,
  "letter-doubled": letterDoubled,
  "letters-swapped": lettersSwapped,
  "letter-replaced": letterReplaced,
  "word-dropped": wordDropped,
  "plural-changed": pluralChanged,
  "case-changed": caseChanged,
} satisfies Record<string, Respelling>;

/** What people rename things to when they tidy up, besides slips. */
const renamed: Respelling = (name, random) =>
  pick(
    [
      ...[letterDropped, letterDoubled, lettersSwapped, letterReplaced, wordDropped, pluralChanged].map(
        (one) => one(name, random),
      ),
      `${name}_new`,
      `my_${name}`,
      "main",
      "this",
    ],
    random,
  );

function respelt(places: readonly NamePlace[], respell: Respelling, random: Random): ReturnType<Operator> {
  return places.flatMap(({ start, end, name }) => {
    const text = respell(name, random);
    return text === undefined || text === "" || text === name ? [] : [[{ start, end, text }]];
  });
}

/** The label that others refer to a block by. */
function declaredName(block: Block): readonly NamePlace[] {
  const at = ["variable", "output", "module"].includes(block.type)
    ? 0
    : ["resource", "data"].includes(block.type)
      ? 1
      : undefined;
  return at === undefined ? [] : labelsOf(block).slice(at, at + 1);
}

const declarationRenamed: Operator = (parsed, random) => {
  const locals = parsed.body.blocks
    .filter(({ type }) => type === "locals")
    .flatMap(({ body }) =>
      body.attributes.map(({ start, name }) => ({ start, end: start + name.length, name })),
    );
  return respelt([...blocksIn(parsed).flatMap(declaredName), ...locals], renamed, random);
};

/** The second names of references: of variables, locals, modules and resources. */
function usedNames(parsed: ParsedFile): readonly NamePlace[] {
  return [...expressionsIn(parsed)].flatMap((node) =>
    node.kind === "attribute" &&
    node.of.kind === "root" &&
    !["each", "count", "path", "data"].includes(node.of.name)
      ? [{ start: node.end - node.name.length, end: node.end, name: node.name }]
      : [],
  );
}

/** One use of a name, or all of them in the file. */
const useRenamed: Operator = (parsed, random) => {
  const uses = usedNames(parsed);
  return uses.flatMap(({ name, start }) => {
    const text = renamed(name, random);
    if (text === undefined || text === "" || text === name) return [];
    const all =
      random() < 0.5 ? uses.filter((one) => one.name === name) : uses.filter((one) => one.start === start);
    return [all.map((one) => ({ start: one.start, end: one.end, text }))];
  });
};

/** Mistakes in names: respelt anywhere, and renamed at the declaration or at its uses alone. */
export const NAME_OPERATORS: Readonly<
  Record<keyof typeof RESPELLINGS | "declaration-renamed" | "use-renamed", Operator>
> = {
  ...(Object.fromEntries(
    Object.entries(RESPELLINGS).map(([kind, respell]): [string, Operator] => [
      kind,
      (parsed, random) => respelt(namesIn(parsed), respell, random),
    ]),
  ) as Record<keyof typeof RESPELLINGS, Operator>),
  "declaration-renamed": declarationRenamed,
  "use-renamed": useRenamed,
};
