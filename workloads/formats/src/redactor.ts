/** What becomes of query values: left out, or numbered by first appearance so that equal ones stay equal. */
export type QueryValues = "dropped" | "numbered";

/** Longest path that is kept, in characters; the rest tells nothing that replay needs. */
const PATH_CHARS_MAX = 2048;
/** Different query values that are told apart; further ones share a placeholder. */
const NUMBERED_VALUES_MAX = 100_000;
/** Texts whose redaction is remembered, because requests repeat them; forgotten all at once when there are so many. */
const REMEMBERED_MAX = 20_000;
/** Longest text that is remembered. */
const REMEMBERED_CHARS_MAX = 512;
/** Query keys of one request that are kept. */
const QUERY_KEYS_MAX = 64;
/** From this length on, a run of letters and digits is taken for a token and not for a word. */
const TOKEN_CHARS_MIN = 20;

const KNOWN_TOKEN =
  /^(eyJ|sk[-_]|pk[-_]|rk[-_]|gh[pousr]_|github_pat_|xox[a-z]-|AKIA|ASIA|AIza|ya29\.|glpat-|Bearer|Basic)/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Path segments after which a secret follows: /reset-password/SECRET. */
const ANNOUNCES_SECRET =
  /(^|[-_.])(tokens?|passw(or)?d|reset|secrets?|api-?keys?|keys?|sessions?|auth|oauth|verify|verification|confirm|activate|invites?|magic|unsubscribe|otp|login-?link)$/i;
const PLAIN_WORD = /^[a-z]+(-[a-z]+)*$/;
const BARE_FLAG = /^[A-Za-z_-]{1,16}$/;
const SECRET = "{secret}";

/**
 * Makes request targets fit for keeping. Schema, user info and host go; of the query only keys stay; path segments that
 * look like a token, a mail address or the value of a secret become placeholders. In a path a secret that looks like an
 * ordinary word cannot be told from one.
 */
export class Redactor {
  private readonly queryValues: QueryValues;
  private readonly numbered = new Map<string, number>();
  private readonly paths = new Map<string, string>();
  private readonly keys = new Map<string, string>();

  constructor(queryValues: QueryValues) {
    this.queryValues = queryValues;
  }

  /** Path and query keys of a request target in origin form, absolute form or `*`. */
  path(target: string): string {
    const clean = withoutControls(target);
    if (clean === "*") return clean;
    const relative = withoutAuthority(clean.split("#", 1)[0] ?? "");
    const question = relative.indexOf("?");
    const path = remembered(
      this.paths,
      question === -1 ? relative : relative.slice(0, question),
      redactSegments,
    );
    const query = question === -1 ? "" : `?${this.query(relative.slice(question + 1))}`;
    return (path + query).slice(0, PATH_CHARS_MAX);
  }

  private query(text: string): string {
    const pairs = text.split(/[&;]/, QUERY_KEYS_MAX).filter((pair) => pair !== "");
    return pairs.map((pair) => this.pair(pair)).join("&");
  }

  private pair(pair: string): string {
    const equals = pair.indexOf("=");
    const key = equals === -1 ? pair : pair.slice(0, equals);
    if (equals === -1) return redactBareWord(key);
    const keptKey = remembered(this.keys, key, redactKey);
    return `${keptKey}=${this.queryValues === "dropped" ? "" : this.number(pair)}`;
  }

  private number(pair: string): string {
    let number = this.numbered.get(pair);
    if (number === undefined) {
      if (this.numbered.size >= NUMBERED_VALUES_MAX || pair.length > REMEMBERED_CHARS_MAX) return "{more}";
      number = this.numbered.size + 1;
      this.numbered.set(detached(pair), number);
    }
    return `{${number}}`;
  }
}

function remembered(memory: Map<string, string>, text: string, redact: (text: string) => string): string {
  const known = memory.get(text);
  if (known !== undefined) return known;
  const redacted = redact(text);
  if (text.length > REMEMBERED_CHARS_MAX) return redacted;
  if (memory.size >= REMEMBERED_MAX) memory.clear();
  memory.set(detached(text), redacted);
  return redacted;
}

/** A copy: a part of a string keeps the whole chunk of the log in memory that it was cut from (V8's sliced strings). */
function detached(text: string): string {
  return ` ${text}`.slice(1);
}

/** A word in a query without `=` is a flag such as `wsdl`, or a value without its key. */
function redactBareWord(word: string): string {
  return BARE_FLAG.test(word) ? word : SECRET;
}

function redactKey(key: string): string {
  return isPlainKey(key) ? key : SECRET;
}

/** Control characters, NUL among them, have no place in a path; a log that has them raw was tampered with. */
function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- exactly these are meant
  return /[\u0000-\u001f\u007f]/.test(text) ? text.replaceAll(/[\u0000-\u001f\u007f]/g, "") : text;
}

function withoutAuthority(target: string): string {
  if (target.startsWith("/")) return target;
  const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(target)?.[0];
  const rest = authority === undefined ? target : target.slice(authority.length);
  // CONNECT's `host:port` has no path.
  if (authority === undefined && !rest.includes("/")) return "/";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function redactSegments(path: string): string {
  const segments = path.split("/");
  return segments.map((segment, index) => redactSegment(segment, segments[index - 1])).join("/");
}

function redactSegment(segment: string, previous: string | undefined): string {
  if (segment === "") return segment;
  const [name = "", ...parameters] = segment.split(/;|%3b/i);
  const kept = parameters.map((parameter) => {
    const key = parameter.split(/=|%3d/i, 1)[0] ?? "";
    return key === parameter ? `;${redactBareWord(key)}` : `;${redactKey(key)}=`;
  });
  return redactName(name, previous) + kept.join("");
}

function redactName(name: string, previous: string | undefined): string {
  const plain = decoded(name);
  if (plain.includes("@")) return "{email}";
  // Encoded more often than anyone needs: to hide something.
  if (/%25/.test(plain)) return SECRET;
  const equals = plain.indexOf("=");
  if (equals !== -1) return isPlainKey(plain.slice(0, equals)) ? plain.slice(0, equals + 1) : SECRET;
  if (looksLikeToken(plain)) return SECRET;
  const isAnnounced = previous !== undefined && ANNOUNCES_SECRET.test(previous);
  return isAnnounced && !PLAIN_WORD.test(plain) ? SECRET : name;
}

/** Decoded as often as it was encoded, up to a limit, so that a second encoding hides nothing. */
function decoded(text: string): string {
  let plain = text;
  for (let round = 0; round < 3 && plain.includes("%"); round += 1) {
    try {
      plain = decodeURIComponent(plain);
    } catch {
      return plain.replaceAll(/%40/gi, "@");
    }
  }
  return plain;
}

function isPlainKey(key: string): boolean {
  return /^[A-Za-z_$][\w.$[\]-]{0,39}$/.test(key) && !looksLikeToken(key);
}

/** File names and slugs are words with separators; a token is a long run that mixes letters and digits, or a known kind. */
function looksLikeToken(text: string): boolean {
  if (KNOWN_TOKEN.test(text) && text.length >= 12) return true;
  if (text.length < TOKEN_CHARS_MIN || UUID.test(text)) return false;
  const runs = text.match(/[A-Za-z0-9+=]{16,}/g) ?? [];
  return runs.some((run) => run.length >= 40 || (/\d/.test(run) && /[A-Za-z]/.test(run)));
}
