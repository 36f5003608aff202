import type { Diagnostic } from "./diagnostic.ts";
import type { IntendedChange } from "./recommendation.ts";

/** One edit as a reviewer sees it. Lines count from 1 in the file before the edit. */
export interface Edit {
  /** Relative to the Terraform root directory, with forward slashes; may lead out of it for shared modules ("../modules/web/main.tf"). */
  readonly file: string;
  readonly line: number;
  /** The text of the changed lines, without line ends; "" for an insertion. */
  readonly before: string;
  readonly after: string;
}

/** Replaces `[start, end)` of a file, in UTF-16 code units of the file's text, by `text`. The exact form of an {@link Edit}. */
export interface TextEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What it takes to carry out one recommendation, or why it cannot be written. */
export type Patch =
  | {
      readonly kind: "edits";
      readonly textEdits: readonly TextEdit[];
      readonly edits: readonly Edit[];
      /** The chain from the attribute to the token that decides it, for people. */
      readonly trace: readonly string[];
      /** Changes that were left out because Terraform does not manage their attribute, as `whenUnmanaged` allows. */
      readonly skipped: readonly IntendedChange[];
      /** All addresses that the edit is meant to change; a plan may show no others. */
      readonly addresses: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: string; readonly diagnostics: readonly Diagnostic[] };
