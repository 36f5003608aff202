import { isSecretName } from "./secret-names.ts";

/** A secret in a text: `[start, end)` in UTF-16 code units. */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
}

/**
 * Secrets that tell themselves by their form. Sources: the token formats that AWS, Google, GitHub, GitLab, Slack, Stripe, OpenAI,
 * Anthropic, npm, PyPI, SendGrid, HashiCorp and Azure document; RFC 7519 (JWT), RFC 7468 (PEM). The last one is the form of our own
 * placeholders: a text that looks like one is not taken for one.
 */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]{0,20000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|(?=\n\s*\n)|$)/g,
  /\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,100}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g,
  /\bhttps:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/]{10,100}/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bya29\.[0-9A-Za-z_-]{20,500}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{10,200}/g,
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}/g,
  /\bnpm_[A-Za-z0-9]{30,100}/g,
  /\bpypi-[A-Za-z0-9_-]{16,250}/g,
  /\bSG\.[A-Za-z0-9_-]{16,100}\.[A-Za-z0-9_-]{16,100}/g,
  /\bhv[bsr]\.[A-Za-z0-9_-]{20,300}/g,
  /\b[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_=-]{30,200}/g,
  /\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]{0,2000})?/g,
  /«secret-[\w-]{1,80}»/g,
];

/** Forms of which only a part is the secret: the first group stands before it. */
const PARTS: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@"'$]{0,100}:)([^\s@"'/]{1,300})(?=@)/gi,
  /(\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=)([^\s;&"']{8,500})/g,
  /(\bauthorization\s*[:=]\s*\\?"?(?:bearer|basic|token)\s+)([^\s"'\\]{6,4000})/gi,
  /(\bbearer\s+)([A-Za-z0-9._~+/-]{16,4000}=*)/gi,
  /(\b(?:[A-Za-z0-9_-]{0,40}(?:password|passwd|pwd|secret|token|api_?key))=)(?![\s"'=])([^\s"',;&<>]{3,500})/gi,
];

/** `name = "…"`, `name: "…"`, `"name": "…"`, in HCL, JSON and YAML. */
const ASSIGNED =
  /(?<name>[A-Za-z_][A-Za-z0-9_.-]{0,100})"?[ \t]*[=:][ \t]*"(?<value>(?:\\.|[^"\\\n]){1,8000})"/g;

/** The same in a text within a text: `{\"name\":\"…\"}`. */
const ESCAPED = /(?<name>[A-Za-z_][A-Za-z0-9_.-]{0,100})\\"[ \t]*:[ \t]*\\"(?<value>[^"\\\n]{1,8000})\\"/g;

/** `name = <<EOT`, and the heredoc's lines. */
const HEREDOC =
  /(?<name>[A-Za-z_][A-Za-z0-9_-]{0,100})[ \t]*=[ \t]*<<-?(?<delimiter>[A-Za-z_][A-Za-z0-9_]{0,40})[ \t]*\r?\n(?<value>[^]{0,20000}?)\n[ \t]*\k<delimiter>[ \t]*\r?(?=\n|$)/g;

/** A variable's block, up to the brace at the start of a line. */
const VARIABLE =
  /\bvariable[ \t]+"(?<name>[^"\n]{1,100})"[ \t]*\{(?<body>[^]{0,8000}?)(?:\n\}|\}[ \t]*(?:\n|$))/g;

/** Long texts without a blank: what may be a key. */
const DENSE = /(?<![A-Za-z0-9+/=_.:@${-])[A-Za-z0-9+/_-]{24,500}={0,2}(?![A-Za-z0-9+/=_.:-])/g;

/** Bits per character: English words stay below, random base64 of 24 characters is above. Measured on names of AWS resource types and on random bytes. */
const ENTROPY_MIN = 3.9;

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}

/** Whether a text is too random for a name. Identifiers of the cloud, digests and words are none. */
function isDense(text: string): boolean {
  if (/^[0-9a-f-]+$/i.test(text))
    return /^[0-9a-f]{32,}$/i.test(text) && /[a-f]/i.test(text) && /\d/.test(text);
  if (/^[a-z]+-[0-9a-f]{8,17}$/.test(text) || /^[a-z0-9/_-]+$/.test(text) || /^[A-Z0-9_-]+$/.test(text))
    return false;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return isMixed && entropy(text) >= ENTROPY_MIN;
}

/** Texts that stand for something else: references, and words that say that nothing is there. */
function isReference(value: string): boolean {
  return /^\s*\$\{[^}]*\}\s*$/.test(value) || /^(?:true|false|null|none|string|\*+|<[^>]*>)$/i.test(value);
}

function* inNamedValues(text: string, isNamed: (name: string) => boolean): Generator<FoundSecret> {
  for (const pattern of [ASSIGNED, ESCAPED, HEREDOC]) {
    for (const match of text.matchAll(pattern)) {
      const { name = "", value = "" } = match.groups ?? {};
      const last = name.split(".").at(-1) ?? "";
      if (!isNamed(last) || isReference(value)) continue;
      const start = match.index + match[0].lastIndexOf(value);
      yield { start, end: start + value.length };
    }
  }
}

function* inVariables(text: string, isNamed: (name: string) => boolean): Generator<FoundSecret> {
  for (const match of text.matchAll(VARIABLE)) {
    const { name = "", body = "" } = match.groups ?? {};
    const isSensitive = /\bsensitive[ \t]*=[ \t]*true\b/.test(body);
    if (!isSensitive && !isNamed(name)) continue;
    const from = match.index + match[0].indexOf(body);
    const written = /\bdefault[ \t]*=([^]*)/.exec(body);
    if (written === null) continue;
    const offset = from + written.index;
    for (const literal of written[0].matchAll(/"((?:\\.|[^"\\\n])+)"/g)) {
      const start = offset + literal.index + 1;
      const [, value = ""] = literal;
      const isAttribute = /\b(?:description|error_message|type)[ \t]*=[ \t]*$/.test(
        written[0].slice(0, literal.index),
      );
      if (!isReference(value) && !isAttribute) yield { start, end: start + value.length };
    }
  }
}

function* inForms(text: string): Generator<FoundSecret> {
  for (const form of FORMS) {
    for (const match of text.matchAll(form)) yield { start: match.index, end: match.index + match[0].length };
  }
  for (const form of PARTS) {
    for (const match of text.matchAll(form)) {
      const [, before = "", value = ""] = match;
      const isCode = /^(?:var|local|data|module|each|random_\w+|aws_\w+|google_\w+|azurerm_\w+)\./.test(
        value,
      );
      if (isReference(value) || isCode || value.startsWith("${") || value.startsWith("«")) continue;
      const start = match.index + before.length;
      yield { start, end: start + value.length };
    }
  }
  for (const match of text.matchAll(DENSE)) {
    const isDigest = /sha\d+[-:@]$/i.test(text.slice(Math.max(0, match.index - 8), match.index));
    if (!isDigest && isDense(match[0])) yield { start: match.index, end: match.index + match[0].length };
  }
}

/** Overlapping ones together, in order. */
function merged(found: readonly FoundSecret[]): readonly FoundSecret[] {
  const result: FoundSecret[] = [];
  for (const one of found
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || one.start >= last.end) result.push(one);
    else if (one.end > last.end) result[result.length - 1] = { start: last.start, end: one.end };
  }
  return result;
}

/**
 * The secrets in a text: of known forms, in what is named as one, and what is too random to be a name. Takes time with the length of
 * the text. `isSensitive` names further attributes, such as those that a provider's schema marks.
 */
export function findSecrets(
  text: string,
  isSensitive: (name: string) => boolean = () => false,
): readonly FoundSecret[] {
  const isNamed = (name: string): boolean => isSecretName(name) || isSensitive(name);
  return merged([...inForms(text), ...inNamedValues(text, isNamed), ...inVariables(text, isNamed)]);
}
