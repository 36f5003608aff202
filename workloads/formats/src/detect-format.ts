import { WORKLOAD_FORMATS, type WorkloadFormat } from "@apex/core";
import { PARSERS } from "./formats/registry.ts";
import { JsonElementSplitter } from "./json-element-splitter.ts";
import type { ParsedRecord } from "./log-parser.ts";
import { LineSplitter, type RecordSplitter } from "./record-splitter.ts";

/** Lines looked at; among so many there is a request even where scanners knock at the port. */
const LINES_TRIED = 50;
/** Characters of a file that are enough to tell its format. */
export const HEAD_CHARS = 65_536;

/**
 * Tells the format from the head of a file: whichever parser takes most of the first lines, a line that only its time or
 * its request spoils counting half. Undefined when none takes any.
 */
export function detectFormat(head: string): WorkloadFormat | undefined {
  const start = head.trimStart();
  if (/^\{\s*"log"\s*:\s*\{/.test(start)) return "har";
  if (/^\[\s*\{/.test(start) && start.includes('"httpRequest"')) return "gcp-load-balancer";
  const lines = firstLines(head);
  let best: { readonly format: WorkloadFormat; readonly score: number } | undefined;
  for (const format of LINE_FORMATS) {
    const parse = PARSERS[format]();
    const score = lines.reduce((sum, line) => sum + scoreOf(parse(line)), 0);
    if (score > (best?.score ?? 0)) best = { format, score };
  }
  return best?.format;
}

/** What cuts a file of a format into records; the head tells JSON lines from a JSON array. */
export function splitterOf(format: WorkloadFormat, head: string): RecordSplitter {
  if (format === "har") return new JsonElementSplitter(["log", "entries"]);
  const isArray = format === "gcp-load-balancer" && head.trimStart().startsWith("[");
  return isArray ? new JsonElementSplitter([]) : new LineSplitter();
}

/** NGINX's JSON has free keys and comes last: what another format can read as well is that format's. */
const LINE_FORMATS: readonly WorkloadFormat[] = [
  ...WORKLOAD_FORMATS.filter((format) => format !== "har" && format !== "nginx-json"),
  "nginx-json",
];

function firstLines(head: string): readonly string[] {
  const lines = head.split("\n", LINES_TRIED).map((line) => line.replace(/\r$/, ""));
  return lines.filter((line) => line.trim() !== "");
}

function scoreOf(parsed: ParsedRecord): number {
  switch (parsed.kind) {
    case "request":
    case "served-from-cache":
      return 1;
    case "rejected":
      return parsed.reason === "not-in-format" ? 0 : 0.5;
    case "nothing":
      return 0;
  }
}
