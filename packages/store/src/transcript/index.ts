/**
 * The transcripts of repairs, from which one that was killed goes on. A door of its own: a repair needs no database.
 */
export {
  dropPendingTexts,
  keepPendingTexts,
  type PendingText,
  readPendingTexts,
} from "./pending-texts.ts";
export {
  TRANSCRIPT_VERSION,
  type TranscriptEntry,
  type TranscriptHeader,
  type WrittenFile,
} from "./transcript-entry.ts";
export {
  lastTranscript,
  openTranscript,
  pruneTranscripts,
  readTranscript,
  type Transcript,
  transcriptFile,
} from "./transcript-store.ts";
