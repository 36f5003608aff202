import type { GaveUpReason, LoopEvent, LoopOutcome } from "@apex/agent";
import type { JsonObject } from "@apex/core";
import { z } from "zod";
import type { JournalKind } from "../files/line-journal.ts";
import { loopEventSchema } from "./event-schema.ts";

/** The form of the entries: a transcript of another one is not gone on with. */
export const TRANSCRIPT_VERSION = 1;

/** What a repair is made from: with the same, the same events lead to the same end. */
export interface TranscriptHeader {
  readonly kind: "opened";
  readonly version: number;
  readonly runId: string;
  /** Epoch milliseconds, as all instants here. */
  readonly atMs: number;
  /** Of the root module; absolute, links resolved. */
  readonly directory: string;
  readonly apexVersion: string;
  /** Of all files that were read, by name. */
  readonly digests: Readonly<Record<string, string>>;
  /** By name: budgets, the model, which providers answer. */
  readonly settings: Readonly<Record<string, string>>;
  /** The loop's own; not secret once the run has ended. */
  readonly nonce: string;
  /** Present where another command made it on its way: `apex fix` does not go on with it. */
  readonly isAside?: true;
}

/** A file that a repair writes. */
export interface WrittenFile {
  /** Relative to the root module. */
  readonly file: string;
  readonly digestBefore: string;
  readonly digestAfter: string;
}

/** One line of a repair's transcript. Holds no secret of the configuration's: texts of files are in none. */
export type TranscriptEntry =
  | TranscriptHeader
  /** Another process goes on. */
  | { readonly kind: "resumed"; readonly atMs: number }
  | { readonly kind: "terraform"; readonly version: string }
  | { readonly kind: "event"; readonly event: LoopEvent }
  /** For people who read the transcript: what the events led to, redacted. */
  | { readonly kind: "news"; readonly news: JsonObject }
  | {
      readonly kind: "ended";
      readonly atMs: number;
      readonly outcome: LoopOutcome["kind"];
      readonly reason?: GaveUpReason;
      /** By file: of the texts that mend it. */
      readonly digests: Readonly<Record<string, string>>;
    }
  /** From here to `written` the texts are kept beside the transcript: whoever comes next finishes it. */
  | { readonly kind: "writing"; readonly files: readonly WrittenFile[] }
  | { readonly kind: "written"; readonly atMs: number }
  /** It is not gone on with, and why. */
  | { readonly kind: "abandoned"; readonly atMs: number; readonly reason: string };

const text = z.string();
const texts = z.record(text, text);
const instant = z.number();

const REASONS = [
  "no-model",
  "attempts",
  "rounds",
  "tokens",
  "cost",
  "time",
  "not-code",
  "model-unavailable",
  "model-gave-up",
] as const satisfies readonly GaveUpReason[];

const headerSchema: z.ZodType<TranscriptHeader> = z.strictObject({
  kind: z.literal("opened"),
  version: z.int(),
  runId: text,
  atMs: instant,
  directory: text,
  apexVersion: text,
  digests: texts,
  settings: texts,
  nonce: text,
  isAside: z.literal(true).exactOptional(),
});

const otherSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("resumed"), atMs: instant }),
  z.strictObject({ kind: z.literal("terraform"), version: text }),
  z.strictObject({ kind: z.literal("event"), event: loopEventSchema }),
  z.strictObject({ kind: z.literal("news"), news: z.record(text, z.json()) as z.ZodType<JsonObject> }),
  z.strictObject({
    kind: z.literal("ended"),
    atMs: instant,
    outcome: z.enum(["fixed", "gave-up", "refused"]),
    reason: z.enum(REASONS).exactOptional(),
    digests: texts,
  }),
  z.strictObject({
    kind: z.literal("writing"),
    files: z.array(z.strictObject({ file: text, digestBefore: text, digestAfter: text })),
  }),
  z.strictObject({ kind: z.literal("written"), atMs: instant }),
  z.strictObject({ kind: z.literal("abandoned"), atMs: instant, reason: text }),
]);

/** The transcripts of repairs: `transcripts/<runId>.jsonl`. */
export const TRANSCRIPT: JournalKind<TranscriptEntry> = {
  folder: "transcripts",
  title: "the transcript",
  schema: z.union([headerSchema, otherSchema]),
  // A check of 50,000 resources takes some 20 MB; few runs have more than ten.
  bytesMax: 256 * 1024 ** 2,
  nameOf: ({ kind }) => kind,
  isStart: ({ kind }) => kind === "resumed",
};
