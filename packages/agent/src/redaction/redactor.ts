import { isJsonObject, type JsonValue } from "@apex/core";
import { findSecrets } from "./find-secrets.ts";
import { isReference } from "./secret-forms.ts";
import { isSecretName } from "./secret-names.ts";
import { spellingsOf } from "./spellings.ts";
import { isDescribing, type WrittenText } from "./written-values.ts";

/** What a run knows of secrets before it reads any text. */
export interface KnownSecrets {
  /** Values that are secret wherever they stand: what a plan or a state marks as sensitive, credentials of the environment. */
  readonly values?: Iterable<string>;
  /** Names of attributes that a provider's schema marks as sensitive. */
  readonly isSensitive?: (name: string) => boolean;
}

/** Takes secrets out of texts. One for each run: equal secrets have one placeholder. */
export interface Redactor {
  /** The text with placeholders `«secret-1»`; it has as many lines as before. What was redacted already stays as it is. */
  redact(text: string): string;
  /** Every text of a JSON value; what stands under a secret's name goes whole. Texts and depth are bounded. */
  redactJson(value: JsonValue): JsonValue;
}

/** Distinct secrets of a run; what comes after them gets one placeholder for all. */
const SECRETS_MAX = 5_000;

/** Secrets of a run that are looked for in other spellings, too. */
const SPELLED_MAX = 500;

/** Characters of one text within JSON that are kept. */
const TEXT_MAX = 100_000;

const DEPTH_MAX = 60;

const [ESCAPE, BELL] = ["\u001b", "\u0007"];

/** Control sequences of terminals. Source: ECMA-48, CSI and OSC. */
const ANSI = new RegExp(
  `${ESCAPE}(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^${BELL}${ESCAPE}]{0,1000}(?:${BELL}|${ESCAPE}\\\\)?|[@-Z\\\\-_])`,
  "g",
);

/** What splits a word without being seen: a secret with one of them in it is one all the same. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

/** A text without what moves a terminal's cursor and without characters that nobody sees. */
export function withoutUnseen(text: string): string {
  return text
    .replace(ANSI, "")
    .replace(UNSEEN, "")
    .replace(/(?![\t\n])\p{Cc}/gu, "");
}

/** Secrets that unseen characters split: found in the text without them, told in the text with them. */
function findSplit(text: string, find: (text: string) => readonly WrittenText[]): readonly WrittenText[] {
  const places: number[] = [];
  let seen = "";
  let at = 0;
  for (const match of text.matchAll(UNSEEN)) {
    for (; at < match.index; at++) places.push(at);
    at = match.index + match[0].length;
  }
  if (at === 0) return [];
  for (; at < text.length; at++) places.push(at);
  seen = places.map((place) => text[place]).join("");
  return find(seen).map(({ start, end }) => ({ start: places[start] ?? 0, end: (places[end - 1] ?? 0) + 1 }));
}

class RunRedactor implements Redactor {
  private readonly placeholders = new Map<string, string>();
  /** Of each spelling by which a secret is known out of its place. */
  private readonly spellings = new Map<string, string>();
  private readonly given = new Set<string>();
  private readonly isSensitive: (name: string) => boolean;
  private pattern: RegExp | undefined;

  constructor(known: KnownSecrets) {
    this.isSensitive = known.isSensitive ?? (() => false);
    for (const value of known.values ?? []) if (spellingsOf(value).size > 0) this.placeholderOf(value);
  }

  redact(text: string): string {
    const find = (one: string): readonly WrittenText[] => findSecrets(one, this.isSensitive);
    const found = [...find(text), ...findSplit(text, find)].toSorted(
      (a, b) => a.start - b.start || b.end - a.end,
    );
    const pieces: string[] = [];
    let at = 0;
    for (const { start, end } of found) {
      if (start < at || this.isGiven(text.slice(start, end))) continue;
      pieces.push(this.withoutKnown(text.slice(at, start)), this.placeholderOf(text.slice(start, end)));
      at = end;
    }
    pieces.push(this.withoutKnown(text.slice(at)));
    return pieces.join("");
  }

  redactJson(value: JsonValue): JsonValue {
    return this.redactedValue(value, { depth: 0, isSecret: false });
  }

  private redactedValue(
    value: JsonValue,
    { depth, isSecret }: { readonly depth: number; readonly isSecret: boolean },
  ): JsonValue {
    if (typeof value === "string") {
      const text = withoutUnseen(value.slice(0, TEXT_MAX));
      const isWhole = isSecret && text !== "" && !isReference(text) && !this.isGiven(text);
      return isWhole ? this.placeholderOf(text) : this.redact(text);
    }
    if (depth > DEPTH_MAX) return null;
    if (Array.isArray(value)) {
      return (value as JsonValue[]).map((item) => this.redactedValue(item, { depth: depth + 1, isSecret }));
    }
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const isNamed = isSecretName(name) || this.isSensitive(name) || (isSecret && !isDescribing(name));
        return [this.redact(name), this.redactedValue(item, { depth: depth + 1, isSecret: isNamed })];
      }),
    );
  }

  private isGiven(text: string): boolean {
    return this.given.has(text.trimEnd());
  }

  private placeholderOf(secret: string): string {
    const known = this.placeholders.get(secret);
    if (known !== undefined) return known;
    // A placeholder has the lines of what it stands for: places are told by line.
    const lines = linesOf(secret);
    if (this.placeholders.size >= SECRETS_MAX) return `«secret-0»${lines}`;
    const mark = `«secret-${this.placeholders.size + 1}»`;
    const placeholder = `${mark}${lines}`;
    this.given.add(mark);
    this.placeholders.set(secret, placeholder);
    const spellings = spellingsOf(secret);
    const kept = this.placeholders.size <= SPELLED_MAX ? spellings : spellings.has(secret) ? [secret] : [];
    for (const spelling of kept) {
      if (!this.spellings.has(spelling)) this.spellings.set(spelling, `${mark}${linesOf(spelling)}`);
    }
    this.pattern = undefined;
    return placeholder;
  }

  /** Secrets that were met before, where nothing around them tells what they are. */
  private withoutKnown(text: string): string {
    this.pattern ??= this.knownPattern();
    return this.pattern === undefined
      ? text
      : text.replace(this.pattern, (spelling) => this.spellings.get(spelling) ?? spelling);
  }

  private knownPattern(): RegExp | undefined {
    if (this.spellings.size === 0) return undefined;
    const escaped = [...this.spellings.keys()]
      .toSorted((a, b) => b.length - a.length)
      .map((secret) => secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(escaped.join("|"), "g");
  }
}

function linesOf(text: string): string {
  return "\n".repeat(text.split("\n").length - 1);
}

/** A redactor for one run. Give it the run's files first, in one order, and placeholders are the same when the run is replayed. */
export function createRedactor(known: KnownSecrets = {}): Redactor {
  return new RunRedactor(known);
}
