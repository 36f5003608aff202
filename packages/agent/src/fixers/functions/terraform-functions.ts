import type { TypeConstraint } from "@apex/core";

/** What a function of Terraform's takes and gives. */
export interface FunctionSignature {
  readonly parameters: readonly TypeConstraint[];
  /** The type of each further argument, where any number may follow. */
  readonly variadic?: TypeConstraint;
  readonly returns: TypeConstraint;
}

/**
 * All functions that need no provider. Source: `terraform metadata functions -json` of Terraform 1.11.4, 2026-11-22. `...` is any number
 * of further arguments.
 */
const TABLE = `
abs(number) number
abspath(string) string
alltrue(list(bool)) bool
anytrue(list(bool)) bool
base64decode(string) string
base64encode(string) string
base64gzip(string) string
base64sha256(string) string
base64sha512(string) string
basename(string) string
bcrypt(string, number...) string
can(any) bool
ceil(number) number
chomp(string) string
chunklist(list(any), number) list(list(any))
cidrhost(string, number) string
cidrnetmask(string) string
cidrsubnet(string, number, number) string
cidrsubnets(string, number...) list(string)
coalesce(any...) any
coalescelist(any...) any
compact(list(string)) list(string)
concat(any...) any
contains(any, any) any
csvdecode(string) any
dirname(string) string
distinct(list(any)) list(any)
element(any, number) any
endswith(string, string) bool
ephemeralasnull(any) any
file(string) string
filebase64(string) string
filebase64sha256(string) string
filebase64sha512(string) string
fileexists(string) bool
filemd5(string) string
fileset(string, string) set(string)
filesha1(string) string
filesha256(string) string
filesha512(string) string
flatten(any) any
floor(number) number
format(string, any...) any
formatdate(string, string) string
formatlist(string, any...) any
indent(number, string) string
index(any, any) any
issensitive(any) bool
join(string, list(string)...) string
jsondecode(string) any
jsonencode(any) string
keys(any) any
length(any) number
log(number, number) number
lookup(any, string, any...) any
lower(string) string
matchkeys(list(any), list(any), list(any)) list(any)
max(number...) number
md5(string) string
merge(any...) any
min(number...) number
nonsensitive(any) any
one(any) any
parseint(any, number) any
pathexpand(string) string
plantimestamp() string
pow(number, number) number
range(number...) list(number)
regex(string, string) any
regexall(string, string) list(any)
replace(string, string, string) string
reverse(any) any
rsadecrypt(string, string) string
sensitive(any) any
setintersection(set(any), set(any)...) set(any)
setproduct(any...) any
setsubtract(set(any), set(any)) set(any)
setunion(set(any), set(any)...) set(any)
sha1(string) string
sha256(string) string
sha512(string) string
signum(number) number
slice(any, number, number) any
sort(list(string)) list(string)
split(string, string) list(string)
startswith(string, string) bool
strcontains(string, string) bool
strrev(string) string
substr(string, number, number) string
sum(any) any
templatefile(string, any) any
templatestring(string, any) string
textdecodebase64(string, string) string
textencodebase64(string, string) string
timeadd(string, string) string
timecmp(string, string) number
timestamp() string
title(string) string
tobool(any) bool
tolist(any) list(any)
tomap(any) map(any)
tonumber(any) number
toset(any) set(any)
tostring(any) string
transpose(map(list(string))) map(list(string))
trim(string, string) string
trimprefix(string, string) string
trimspace(string) string
trimsuffix(string, string) string
try(any...) any
upper(string) string
urlencode(string) string
uuid() string
uuidv5(string, string) string
values(any) any
yamldecode(string) any
yamlencode(any) string
zipmap(list(string), any) any
`;

function typeOf(text: string): TypeConstraint {
  const inner = /^(list|set|map)\((.*)\)$/.exec(text);
  if (inner !== null) return [inner[1] as "list" | "set" | "map", typeOf(inner[2] ?? "any")];
  return text === "string" || text === "number" || text === "bool" ? text : "dynamic";
}

function signatureOf(parameters: string, returns: string): FunctionSignature {
  const texts = parameters === "" ? [] : parameters.split(", ");
  const last = texts.at(-1);
  const variadic = last?.endsWith("...") === true ? typeOf(last.slice(0, -"...".length)) : undefined;
  return {
    parameters: (variadic === undefined ? texts : texts.slice(0, -1)).map(typeOf),
    returns: typeOf(returns),
    ...(variadic === undefined ? {} : { variadic }),
  };
}

/** Terraform's functions by name. */
export const TERRAFORM_FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map(
  [...TABLE.matchAll(/^(\w+)\((.*)\) (\S+)$/gm)].map(([, name = "", parameters = "", returns = ""]) => [
    name,
    signatureOf(parameters, returns),
  ]),
);
