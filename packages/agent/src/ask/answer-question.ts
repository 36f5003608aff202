import type { Fact, FactKind, FactSubject } from "@apex/report";
import { findSubjects, mentions, topicsOf } from "./find-subjects.ts";

/** One sentence of an answer, and the facts that it rests on. */
export interface AnsweredSentence {
  readonly text: string;
  /** {@link Fact.reference}s. */
  readonly references: readonly string[];
}

/** What a report says to a question. */
export interface Answer {
  /** False where the report knows nothing of what was asked. */
  readonly isKnown: boolean;
  readonly sentences: readonly AnsweredSentence[];
  /** The facts that the answer may rest on: those of whom the question names. */
  readonly facts: readonly Fact[];
}

/** What a question wants to know. */
type Intent = "why-not" | "why" | "money" | "risk" | "unknown" | "way-back" | "all";

const INTENTS: readonly (readonly [Intent, RegExp])[] = [
  [
    "why-not",
    /\bwhy\b.*\b(?:not|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|no|never|nothing)\b|\bwhy\b.*n't\b/i,
  ],
  ["unknown", /\b(?:unknown|missing|not known|uncertain|unsure|incomplete)\b/i],
  ["money", /\b(?:sav(?:e|es|ing|ings)|costs?|prices?|money|how much|expensive|cheap(?:er)?)\b/i],
  ["risk", /\b(?:risk|risky|safe|hold|holds|enough|headroom|validated|proven|tested)\b/i],
  ["way-back", /\b(?:undo|roll ?back|revert|way back|restart|downtime|effort)\b/i],
  ["why", /\bwhy\b|\breasons?\b|\bevidence\b|\bhow come\b/i],
];

/** Resources that one answer tells of; the rest is counted. */
const SUBJECTS_MAX = 5;
/** Facts that are listed for a question that names no resource; the rest is counted. */
const RUN_FACTS_MAX = 6;
/** What is not known, in one answer. */
const UNKNOWNS_MAX = 12;
/** Words of a question that are said to be in no fact. */
const TOPICS_MAX = 5;

/** References of one sentence: enough to look one up. */
const REFERENCES_MAX = 3;

const AGAINST: ReadonlySet<FactKind> = new Set(["abstention", "not-applicable", "unpriced", "diagnostic"]);

const WORDS: Readonly<Record<Intent, RegExp | null>> = {
  "why-not": null,
  why: /^(?:Evidence|Risk|[a-z0-9-]+:)|\(P\d|maximum\)|of the samples/,
  money: /a month|price/i,
  risk: /^(?:Risk|Evidence|The sandbox|It held)|needed|headroom/i,
  unknown: null,
  "way-back": /^(?:Way back|Effort)/,
  all: null,
};

/** Of each fact in a list, besides its gist. */
const DETAILS: Partial<Record<Intent, RegExp>> = {
  money: /^It saves/,
  risk: /^(?:Risk|The sandbox)/,
  "way-back": /^(?:Way back|Effort)/,
};

/** What no answer leaves out: a change that cannot be made is no change. */
const ALWAYS = /^It cannot be done here/;

function intentOf(question: string): Intent {
  return INTENTS.find(([, pattern]) => pattern.test(question))?.[0] ?? "all";
}

function told(fact: Fact, texts: readonly string[]): readonly AnsweredSentence[] {
  return texts.map((text) => ({ text, references: [fact.reference] }));
}

function nameOf({ address, name, resourceId }: FactSubject): string {
  return address ?? name ?? resourceId;
}

function isOf(fact: Fact, subject: FactSubject): boolean {
  if (fact.subject === null) return false;
  if (fact.subject.resourceId === subject.resourceId) return true;
  return subject.address !== null && fact.subject.address === subject.address;
}

/** The sentences of a fact that a question wants; all of them where it wants none in particular. */
function wanted(fact: Fact, intent: Intent): readonly AnsweredSentence[] {
  if (intent === "unknown")
    return told(fact, fact.unknowns ?? (AGAINST.has(fact.kind) ? fact.sentences : []));
  const pattern = WORDS[intent];
  if (pattern === null)
    return told(fact, [...fact.sentences, ...(intent === "all" ? (fact.unknowns ?? []) : [])]);
  const [first, ...rest] = fact.sentences;
  const chosen = rest.filter((text) => pattern.test(text) || ALWAYS.test(text));
  return told(fact, first === undefined ? chosen : [first, ...chosen]);
}

function aboutSubject(
  subject: FactSubject,
  facts: readonly Fact[],
  intent: Intent,
): readonly AnsweredSentence[] {
  const own = facts.filter((fact) => isOf(fact, subject));
  const change = own.find(({ kind }) => kind === "recommendation");
  if (intent === "why-not") {
    const against = own.filter(({ kind }) => AGAINST.has(kind));
    if (change !== undefined) {
      const [gist = ""] = change.sentences;
      const opening = {
        text: `${nameOf(subject)} is to be changed. ${gist}`,
        references: [change.reference],
      };
      return [opening, ...against.flatMap((fact) => told(fact, fact.sentences))];
    }
    if (against.length > 0) {
      const missing = own.flatMap((fact) => told(fact, fact.unknowns ?? []));
      return [...against.flatMap((fact) => told(fact, fact.sentences)), ...missing];
    }
    return own.flatMap((fact) => told(fact, fact.sentences));
  }
  return own.flatMap((fact) => wanted(fact, intent));
}

function aboutRun(
  question: string,
  facts: readonly Fact[],
  intent: Intent,
): Pick<Answer, "sentences" | "facts"> {
  if (intent === "unknown") {
    const lacking = facts.filter(({ kind, unknowns = [] }) => kind === "unpriced" || unknowns.length > 0);
    return { sentences: unknownsOf(question, lacking), facts: lacking };
  }
  const topics = topicsOf(question);
  const found = onTopics(topics, facts);
  if (found.length > 0) return { sentences: listed(found, intent, topics), facts: found };
  const ofRun = facts.filter(({ kind }) => kind === "run");
  const changes = facts.filter(
    ({ kind }) => kind === (intent === "why-not" ? "abstention" : "recommendation"),
  );
  const words = topics.slice(0, TOPICS_MAX).join(", ");
  return {
    sentences: [
      ...(topics.length === 0
        ? []
        : [{ text: `The report does not mention ${words}. Of the whole run it says:`, references: [] }]),
      ...ofRun.flatMap((fact) => told(fact, fact.sentences)),
      ...listed(changes, intent, []),
    ],
    facts: [...ofRun, ...changes],
  };
}

/** The facts that mention most of what is asked for. */
function onTopics(topics: readonly string[], facts: readonly Fact[]): readonly Fact[] {
  const scored = facts
    .filter(({ kind }) => kind !== "cost")
    .map((fact) => ({
      fact,
      score: topics.filter((topic) => [fact.kind, ...fact.sentences].some((text) => mentions(text, topic)))
        .length,
    }));
  const best = scored.reduce((most, { score }) => Math.max(most, score), 0);
  if (best === 0) return [];
  const found = scored.filter(({ score }) => score === best).map(({ fact }) => fact);
  return found.toSorted((a, b) => Number(b.kind === "run") - Number(a.kind === "run"));
}

/** The first of some facts: the gist of each, and what of it was asked for. */
function listed(
  facts: readonly Fact[],
  intent: Intent,
  topics: readonly string[],
): readonly AnsweredSentence[] {
  const more = facts.length - RUN_FACTS_MAX;
  return [
    ...facts.slice(0, RUN_FACTS_MAX).flatMap((fact) => {
      const [gist, ...rest] = fact.sentences;
      const asked = rest.filter(
        (text) => DETAILS[intent]?.test(text) === true || topics.some((topic) => mentions(text, topic)),
      );
      return [...named({ ...fact, sentences: gist === undefined ? [] : [gist] }), ...told(fact, asked)];
    }),
    ...(more > 0 ? [{ text: `… and ${more} more: ask about one of them by its name.`, references: [] }] : []),
  ];
}

/** What is not known, the most common first, each with all who lack it. */
function unknownsOf(question: string, facts: readonly Fact[]): readonly AnsweredSentence[] {
  const isOfPrices = /\bprices?\b/i.test(question);
  const lacking = facts.flatMap((fact) => [
    ...(isOfPrices ? [] : (fact.unknowns ?? [])).map((text) => ({ text, fact })),
    ...(fact.kind === "unpriced" ? fact.sentences.map((text) => ({ text, fact })) : []),
  ]);
  if (lacking.length === 0) {
    const nothing = isOfPrices ? "The report misses no price." : "The report names nothing that is unknown.";
    return [{ text: nothing, references: [] }];
  }
  const groups = [...Map.groupBy(lacking, ({ text }) => text)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  const more = groups.length - UNKNOWNS_MAX;
  return [
    ...groups.slice(0, UNKNOWNS_MAX).map(([text, all]) => ({
      text: all.length > 1 ? `${all.length} × ${text}` : text,
      references: all.slice(0, REFERENCES_MAX).map(({ fact }) => fact.reference),
    })),
    ...(more > 0
      ? [{ text: `… and ${more} more: ask about one resource by its name.`, references: [] }]
      : []),
  ];
}

/** The gist of a fact with whom it is about. */
function named(fact: Fact): readonly AnsweredSentence[] {
  const [gist = ""] = fact.sentences;
  return told(fact, [fact.subject === null ? gist : `${nameOf(fact.subject)}: ${gist}`]);
}

/**
 * Answers from a report's facts alone, without a model: every sentence is one of the report's, or says what the report does not
 * know. Never an invented figure.
 */
export function answerQuestion(question: string, facts: readonly Fact[]): Answer {
  const intent = intentOf(question);
  const found = findSubjects(question, facts);
  if (found.kind === "run") {
    return { isKnown: true, ...aboutRun(question, facts, intent) };
  }
  if (found.kind === "unknown") {
    const near = found.near.length === 0 ? "" : ` The nearest names in it: ${found.near.join(", ")}.`;
    const text = `The report says nothing of ${found.name}: no rule looked at it, or it is called something else.${near}`;
    return { isKnown: false, sentences: [{ text, references: [] }], facts: [] };
  }
  const subjects = found.subjects.slice(0, SUBJECTS_MAX);
  const sentences = subjects.flatMap((subject) => {
    const said = aboutSubject(subject, facts, intent);
    const own = said.length > 0 ? said : nothingSaid(subject, facts);
    return subjects.length === 1 ? own : [{ text: `${nameOf(subject)}:`, references: [] }, ...own];
  });
  const left = found.subjects.length - subjects.length;
  const more = left === 0 ? [] : [{ text: `${left} more have that name: ask by address.`, references: [] }];
  const about = facts.filter((fact) => subjects.some((subject) => isOf(fact, subject)));
  return { isKnown: true, sentences: [...sentences, ...more], facts: about };
}

/** What was asked for is not in the facts of the one that was asked about: what is known of it instead. */
function nothingSaid(subject: FactSubject, facts: readonly Fact[]): readonly AnsweredSentence[] {
  const own = facts.filter((fact) => isOf(fact, subject));
  return [
    { text: `The report does not say that of ${nameOf(subject)}. What it says:`, references: [] },
    ...own.flatMap((fact) => told(fact, fact.sentences.slice(0, 1))),
  ];
}
