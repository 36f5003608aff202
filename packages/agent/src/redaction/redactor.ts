import { isJsonObject, type JsonValue } from "@apex/core";
import { findSecrets, type FoundSecret } from "./find-secrets.ts";
import { isSecretName } from "./secret-names.ts";

/** What a run knows of secrets before it reads any text. */
export interface KnownSecrets {
  /** Values that are secret wherever they stand: what a plan or a state marks as sensitive, credentials of the environment. */
  readonly values?: Iterable<string>;
  /** Names of attributes that a provider's schema marks as sensitive. */
  readonly isSensitive?: (name: string) => boolean;
  /**
   * Letters and digits that the run's files cannot know: part of every placeholder. Without it a file can hold what looks like one, so
   * that {@link Redactor.restore} must not be used.
   */
  readonly tag?: string;
}

/** Takes secrets out of texts, and puts them back into what is written. One for each run: equal secrets have one placeholder. */
export interface Redactor {
  /** The text with placeholders `«secret-1»`; it has as many lines as before. What was redacted already stays as it is. */
  redact(text: string): string;
  /** Every text of a JSON value; what stands under a secret's name goes whole. Texts and depth are bounded. */
  redactJson(value: JsonValue): JsonValue;
  /** The text with the true values in place of the placeholders that {@link redact} gave. */
  restore(text: string): string;
  /** Placeholders that stand for nothing: somebody made them up. */
  invented(text: string): readonly string[];
}

/** Shorter values are words like any other once they are out of their place. */
const KNOWN_LENGTH_MIN = 6;

/** Distinct secrets of a run; what comes after them gets one placeholder for all, which is not put back. */
const SECRETS_MAX = 5_000;

/** Characters of one text within JSON that are kept. */
const TEXT_MAX = 100_000;

const DEPTH_MAX = 60;

/** Characters of a tag. */
const TAG_MAX = 40;

const PLACEHOLDER = /«secret-[\w-]{1,80}»/g;

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
function findSplit(text: string, find: (text: string) => readonly FoundSecret[]): readonly FoundSecret[] {
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
  private readonly values = new Map<string, string>();
  private readonly given = new Set<string>();
  private readonly isSensitive: (name: string) => boolean;
  private readonly suffix: string;
  private pattern: RegExp | undefined;

  constructor(known: KnownSecrets) {
    this.isSensitive = known.isSensitive ?? (() => false);
    this.suffix = known.tag === undefined ? "" : `-${known.tag.replace(/\W/g, "").slice(0, TAG_MAX)}`;
    for (const value of known.values ?? [])
      if (value.trim().length >= KNOWN_LENGTH_MIN) this.placeholderOf(value);
  }

  redact(text: string): string {
    const find = (one: string): readonly FoundSecret[] => findSecrets(one, this.isSensitive);
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

  redactJson(value: JsonValue, depth = 0): JsonValue {
    if (typeof value === "string") return this.redact(withoutUnseen(value.slice(0, TEXT_MAX)));
    if (depth > DEPTH_MAX) return null;
    if (Array.isArray(value)) return (value as JsonValue[]).map((item) => this.redactJson(item, depth + 1));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const isSecret = isSecretName(name) || this.isSensitive(name);
        const isText = typeof item === "string" && item !== "" && !item.includes("${");
        return [
          this.redact(name),
          isSecret && isText && !this.isGiven(item)
            ? this.placeholderOf(item)
            : this.redactJson(item, depth + 1),
        ];
      }),
    );
  }

  restore(text: string): string {
    return text.replace(/«secret-[\w-]{1,80}»(?:\n{1,400})?/g, (written) => {
      const whole = this.values.get(written);
      if (whole !== undefined) return whole;
      const placeholder = written.replace(/\n+$/, "");
      const lines = written.slice(placeholder.length);
      for (let count = lines.length; count >= 0; count--) {
        const value = this.values.get(placeholder + lines.slice(0, count));
        if (value !== undefined) return value + lines.slice(count);
      }
      return written;
    });
  }

  invented(text: string): readonly string[] {
    return [...text.matchAll(PLACEHOLDER)]
      .map(([placeholder]) => placeholder)
      .filter((one) => !this.isGiven(one));
  }

  private isGiven(text: string): boolean {
    return this.given.has(text.trimEnd());
  }

  private placeholderOf(secret: string): string {
    const known = this.placeholders.get(secret);
    if (known !== undefined) return known;
    // A placeholder has the lines of what it stands for: places are told by line.
    const lines = "\n".repeat(secret.split("\n").length - 1);
    if (this.placeholders.size >= SECRETS_MAX) return `«secret-0${this.suffix}»${lines}`;
    const placeholder = `«secret-${this.placeholders.size + 1}${this.suffix}»${lines}`;
    this.given.add(placeholder.trimEnd());
    this.placeholders.set(secret, placeholder);
    this.values.set(placeholder, secret);
    this.pattern = undefined;
    return placeholder;
  }

  /** Secrets that were met before, where nothing around them tells what they are. */
  private withoutKnown(text: string): string {
    this.pattern ??= this.knownPattern();
    return this.pattern === undefined
      ? text
      : text.replace(this.pattern, (secret) => this.placeholderOf(secret));
  }

  private knownPattern(): RegExp | undefined {
    const long = [...this.placeholders.keys()].filter(
      (secret) => secret.trim().length >= KNOWN_LENGTH_MIN && !/^[a-z]+$/i.test(secret),
    );
    if (long.length === 0) return undefined;
    const escaped = long
      .toSorted((a, b) => b.length - a.length)
      .map((secret) => secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(escaped.join("|"), "g");
  }
}

/** A redactor for one run. Give it the run's files first, in one order, and placeholders are the same when the run is replayed. */
export function createRedactor(known: KnownSecrets = {}): Redactor {
  return new RunRedactor(known);
}
