import fc from "fast-check";

/** One attribute of a random resource: its name and the value that its text means. */
export interface RandomAttribute {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly text: string;
}

/** A random file with the resources in it, by name. */
export interface RandomFile {
  readonly text: string;
  readonly resources: readonly { readonly name: string; readonly attributes: readonly RandomAttribute[] }[];
}

const space = fc.constantFrom("", " ", "  ", "\t", "      ");
const someSpace = fc.constantFrom(" ", "  ", "\t");
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
/** No line break, no quote, no backslash, no template marker: what needs no escape in a string. */
const plain = fc.stringMatching(/^[a-zA-Z0-9 .,:;/é🎉日本#*=(){}[\]<>|-]{0,20}$/u);
const trailing = fc.oneof(
  { weight: 3, arbitrary: space },
  fc.tuple(someSpace, fc.constantFrom("#", "//"), plain).map((parts) => parts.join("")),
  fc.tuple(someSpace, plain).map(([gap, text]) => `${gap}/* ${text.replaceAll("*", "")} */`),
);

/** Strings as people and generators write them, the same value in several spellings. */
const escaped = fc.constantFrom<[string, string]>(
  ["\\n", "\n"],
  ["\\t", "\t"],
  ['\\"', '"'],
  ["\\\\", "\\"],
  ["\\u00e9", "é"],
  ["\\U0001F389", "🎉"],
  ["$${x}", "${x}"],
  ["%%{y}", "%{y}"],
  ["$", "$"],
  ["100%", "100%"],
);
const stringLiteral = fc
  .array(
    fc.oneof(
      plain.map((text): [string, string] => [text, text]),
      escaped,
    ),
    { maxLength: 4 },
  )
  // A marker at the end of one piece must not meet a brace at the start of the next.
  .map((pieces) =>
    pieces.map(([text, value]) => [text.replace(/^\{/, "("), value.replace(/^\{/, "(")] as const),
  )
  .map((pieces) => ({
    text: `"${pieces.map(([text]) => text).join("")}"`,
    value: pieces.map(([, value]) => value).join(""),
  }));
const numberLiteral = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => ({ text: String(value), value })),
  fc.integer({ min: 0, max: 999 }).map((value) => ({ text: `${value}.50`, value: value + 0.5 })),
  fc.integer({ min: 1, max: 9 }).map((value) => ({ text: `${value}e2`, value: value * 100 })),
);
const boolLiteral = fc.boolean().map((value) => ({ text: String(value), value }));
const scalar = fc.oneof(stringLiteral, numberLiteral, boolLiteral);

/** Everything else that stands beside the attributes of interest: it must stay as it is. */
const clutter = fc.oneof(
  plain.map((text) => `# ${text}`),
  plain.map((text) => `/* ${text.replaceAll("*", "")}\n\n   # still */`),
  fc.constant(""),
  fc.tuple(word, plain).map(([name, text]) => `c_${name} = <<-EOT\n      ${text} $\{var.x}\n    "}\n  EOT`),
  fc.tuple(word, plain).map(([name, text]) => `h_${name} = <<E1\n${text}\nE1`),
  word.map((name) => `l_${name} = [ 1,"two" , # why\n    { a = 1, "b c" : var.x }, ]`),
  word.map((name) => `t_${name} = "a-$\{var.x}-%{ if var.x == 1 }y%{ else }n%{ endif }"`),
  word.map((name) => `n_${name} {\n    deep {\n      a = 1\n    }\n  }`),
  word.map((name) => `o_${name} = var.x == 1 ? [for k, v in { a = 1 } : "$\{k}" if v > 0] : []`),
);

/** Repeated names would be errors in Terraform: they are numbered. */
function numbered(lines: readonly string[]): string[] {
  return lines.map((line, at) => line.replace(/^([clhtno]_\w+)/, (name) => `${name}_${at}`));
}

const attribute = fc
  .record({ name: word, literal: scalar, before: space, after: space, trailing })
  .map(({ name, literal, before, after, trailing: rest }) => ({
    name,
    value: literal.value,
    text: literal.text,
    line: (unique: string) => `${unique}${before}=${after}${literal.text}${rest}`,
  }));

const resource = fc
  .record({
    indent: fc.constantFrom("", "  ", "\t", "       "),
    attributes: fc.array(attribute, { minLength: 1, maxLength: 5 }),
    clutter: fc.array(clutter, { maxLength: 5 }),
    header: fc.constantFrom(
      'resource "thing" "NAME" {',
      "resource thing NAME {",
      'resource   "thing"\t"NAME"{ # odd',
    ),
  })
  .map((parts) => (number: number) => {
    const name = `r${number}`;
    const attributes = parts.attributes.map((item, at) => ({ ...item, name: `${item.name}_x${at}` }));
    const others = numbered(parts.clutter);
    const lines = attributes.flatMap((item, at) => {
      const other = others[at];
      return [item.line(item.name), ...(other === undefined ? [] : [other])];
    });
    const body = [...lines, ...others.slice(attributes.length)]
      .map((line) => `${parts.indent}${line}\n`)
      .join("");
    return { name, attributes, text: `${parts.header.replace("NAME", name)}\n${body}}` };
  });

/** A file of random resources in odd but valid formatting, with LF or CRLF, with or without a last line end or a mark. */
export const randomFile: fc.Arbitrary<RandomFile> = fc
  .record({
    resources: fc.array(resource, { minLength: 1, maxLength: 4 }),
    between: fc.constantFrom("\n", "\n\n", "\n# comment\n\n\n", "\n/* a\n b */\n"),
    lineBreak: fc.constantFrom("\n", "\r\n"),
    mark: fc.constantFrom("", "", "\uFEFF"),
    end: fc.constantFrom("", "\n", "\n\n  \n"),
  })
  .map(({ resources, between, lineBreak, mark, end }) => {
    const made = resources.map((make, at) => make(at));
    const text = `variable "x" {}\n${made.map((item) => item.text).join(between)}${end}`;
    return {
      text: mark + text.replaceAll("\n", lineBreak),
      resources: made.map(({ name, attributes }) => ({ name, attributes })),
    };
  });

/** A value to write: anything a string, number or bool can be. */
export const randomScalar: fc.Arbitrary<string | number | boolean> = fc.oneof(
  fc
    .string({ unit: "binary", maxLength: 20 })
    .filter((text) => text.isWellFormed() && !/[\u0300-\u036f]/.test(text)),
  stringLiteral.map(({ value }) => value),
  fc.constantFrom("${", "%{", "$${x}", "$$${", "%%%{", '"', "\\", "\n", "\r\n", "\u0000", "\u2028", ""),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  fc.boolean(),
);
