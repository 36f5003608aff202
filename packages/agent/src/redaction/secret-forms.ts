import type { WrittenText } from "./written-values.ts";

/**
 * Secrets that tell themselves by their form. Sources: the token formats that AWS, Google, GitHub, GitLab, Slack, Stripe, OpenAI,
 * Anthropic, npm, PyPI, SendGrid, HashiCorp, Azure, Databricks, DigitalOcean, Grafana and New Relic document; RFC 7519 (JWT), RFC 7468
 * (PEM). The last one is the form of our own placeholders: a text that looks like one is not taken for one.
 */
const FORMS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,255}\b/g,
  /\bgl(?:pat|ptt|dt|rt|cbt|oas|soat)-[A-Za-z0-9_-]{20,100}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g,
  /\bxapp-[A-Za-z0-9-]{20,250}/g,
  /\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/]{10,100}/g,
  /\bhttps:\/\/(?:discord(?:app)?\.com\/api\/webhooks|[\w-]{1,60}\.webhook\.office\.com)\/[\w@/-]{20,300}/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bya29\.[0-9A-Za-z_-]{20,500}/g,
  /\bGOCSPX-[0-9A-Za-z_-]{20,60}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{10,200}/g,
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}/g,
  /\bnpm_[A-Za-z0-9]{30,100}/g,
  /\bpypi-[A-Za-z0-9_-]{16,250}/g,
  /\bSG\.[A-Za-z0-9_-]{16,100}\.[A-Za-z0-9_-]{16,100}/g,
  /\bhv[bsr]\.[A-Za-z0-9_-]{20,300}/g,
  /\b[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_=-]{30,200}/g,
  /\b(?:dapi|do[opr]_v1_|key-|shp(?:at|ca|pa|ss)_|dckr_pat_|gls?a_|hf_|pul-|sbp_|NRAK-|AGE-SECRET-KEY-1|ATATT3x)[A-Za-z0-9_-]{25,250}/g,
  /\b[\w~.]{3}\dQ~[\w~.-]{31,34}/g,
  /\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]{0,2000})?/g,
  /«secret-[\w-]{1,80}»/g,
];

const KEY_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** Characters of a private key: one of 16,384 bits has some 13,000. */
const KEY_MAX = 20_000;

/** Forms of which only a part is the secret: the first group stands before it. */
const PARTS: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@"'$]{0,100}:)([^\s"'/]{1,300})(?=@)/gi,
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/)((?=[A-Za-z_~.-]{0,300}\d)[\w~.-]{16,300})(?=@)/gi,
  /(\b[\w.-]{1,60}:)([^\s:@"'/]{3,200})(?=@(?:tcp|udp|unix)\()/g,
  /(\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig|X-Amz-Signature)=)([^\s;&"']{8,500})/g,
  /(\bauthorization\s*[:=]\s*\\?"?(?:bearer|basic|token)\s+)([^\s"'\\]{6,4000})/gi,
  /(\bbearer\s+)([A-Za-z0-9._~+/-]{16,4000}=*)/gi,
  /((?<![\w-])--?(?:[\w-]{1,40}[-_])?(?:password|passwd|pass|token|secret|api-?key)[ \t]+\\{0,7}["']?)([^\s"'\\$<«-][^\s"'\\]{2,200})/gi,
  /((?<![\w-])(?:-u|--user)[ \t]+\\{0,7}["']?[^\s:"'\\]{1,60}:)(?!\d+\b)([^\s"'\\$]{3,200})/g,
  /(\b(?:identified by|password)[ \t]+\\{0,7}')([^'\n\\]{3,200})(?=\\{0,7}')/gi,
];

/** Long texts without a blank: what may be a key. The ends of a sentence are none of it. */
const DENSE = /(?<![A-Za-z0-9+/_.:@${-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/=_-]|[.:][^\s"'])/g;

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
export function isReference(value: string): boolean {
  return (
    /^\s*\$\{[^}]*\}\s*$/.test(value) ||
    /^(?:true|false|null|none|string|\*+|<[^>]*>|arn:aws[\w-]*:.*)$/i.test(value)
  );
}

/** Private keys; one that was cut off goes up to the next empty line. */
function* privateKeys(text: string): Generator<WrittenText> {
  const begins = [...text.matchAll(KEY_BEGIN)];
  for (const [place, { index: start, 0: line }] of begins.entries()) {
    const next = begins[place + 1]?.index ?? text.length;
    const rest = text.slice(start, Math.min(next, start + KEY_MAX));
    const end = KEY_END.exec(rest);
    const gap = rest.slice(line.length).search(/\n\s*\n/);
    const length = end === null ? (gap === -1 ? rest.length : line.length + gap) : end.index + end[0].length;
    yield { start, end: start + length };
  }
}

/** Secrets of a known form, and what is too random to be a name. */
export function* secretsByForm(text: string): Generator<WrittenText> {
  yield* privateKeys(text);
  for (const form of FORMS) {
    for (const match of text.matchAll(form)) yield { start: match.index, end: match.index + match[0].length };
  }
  for (const form of PARTS) {
    for (const match of text.matchAll(form)) {
      const [, before = "", value = ""] = match;
      if (isReference(value) || value.startsWith("${") || value.startsWith("«")) continue;
      const start = match.index + before.length;
      yield { start, end: start + value.length };
    }
  }
  for (const match of text.matchAll(DENSE)) {
    const before = text.slice(Math.max(0, match.index - 8), match.index);
    // A commit, a checksum: digits alone after a `=` are more often that than a key.
    const isDigest = /sha\d+[-:@]$/i.test(before) || (before.endsWith("=") && /^[0-9a-f]+$/i.test(match[0]));
    if (!isDigest && isDense(match[0])) yield { start: match.index, end: match.index + match[0].length };
  }
}
