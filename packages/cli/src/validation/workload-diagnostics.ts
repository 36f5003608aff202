import type { Diagnostic, RejectReason, WorkloadOrigin } from "@apex/core";

const REASONS: Readonly<Record<RejectReason, string>> = {
  "too-long": "longer than any request",
  "not-in-format": "not in the format of the file",
  "time-unreadable": "no readable time",
  "request-unreadable": "no readable request",
  "cut-off": "cut off at the end of the file",
};

/** Above this share of rejected lines the load that is left is not the one that was recorded. */
const REJECTED_SHARE_MAX = 0.01;

/** Above this share of all, folded paths make replayed requests noticeably more alike than recorded ones. */
const FOLDED_SHARE_MAX = 0.01;

const counted = (count: number, noun: string) =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

/** What people must know of how a log was read: what was left out, what was assumed. Nothing is left out in silence. */
export function workloadDiagnostics(origin: WorkloadOrigin): readonly Diagnostic[] {
  return [
    ...rejects(origin),
    ...note(origin.zoneAssumed, {
      severity: "warning",
      code: "workload-zone-assumed",
      summary: `${counted(origin.zoneAssumed, "time stamp")} named no zone and ${origin.zoneAssumed === 1 ? "was" : "were"} read as UTC`,
      detail:
        "The utilisation that the load is matched with is in UTC too: if the log is in local time, write its zone into it.",
    }),
    ...note(origin.servedFromCache, {
      severity: "info",
      code: "workload-served-from-cache",
      summary: `${counted(origin.servedFromCache, "request")} ${origin.servedFromCache === 1 ? "was" : "were"} answered by an edge cache and left out: the service never saw them`,
    }),
    ...note(origin.duplicatesDropped, {
      severity: "info",
      code: "workload-duplicates",
      summary: `${counted(origin.duplicatesDropped, "log record")} came twice and ${origin.duplicatesDropped === 1 ? "was" : "were"} taken once`,
    }),
    ...repeated(origin),
    ...note(origin.valuesUnreadable, {
      severity: "info",
      code: "workload-values-unreadable",
      summary: `${counted(origin.valuesUnreadable, "size, duration or status").replace(/statuss$/, "statuses")} made no sense and count as unknown`,
    }),
    ...folded(origin),
    ...wholeSeconds(origin),
  ];
}

function note(count: number, diagnostic: Diagnostic): Diagnostic[] {
  return count === 0 ? [] : [diagnostic];
}

function totalOf(origin: WorkloadOrigin): { readonly lines: number; readonly requests: number } {
  const sum = (of: (file: WorkloadOrigin["files"][number]) => number) =>
    origin.files.reduce((total, file) => total + of(file), 0);
  return { lines: sum(({ lines }) => lines), requests: sum(({ requests }) => requests) };
}

function rejects(origin: WorkloadOrigin): Diagnostic[] {
  if (origin.rejected === 0) return [];
  const { lines } = totalOf(origin);
  const share = origin.rejected / Math.max(1, lines);
  const why = Object.entries(origin.rejectedByReason)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count.toLocaleString("en-US")} ${REASONS[reason as RejectReason]}`);
  const sample = origin.rejectedSample.map(
    ({ file, line, reason, shape }) => `${file}:${line} ${REASONS[reason]}: ${shape}`,
  );
  const first = origin.rejectedSample[0];
  return [
    {
      severity: share > REJECTED_SHARE_MAX ? "warning" : "info",
      code: "workload-lines-rejected",
      summary: `${counted(origin.rejected, "line")} of ${lines.toLocaleString("en-US")} could not be read and ${origin.rejected === 1 ? "is" : "are"} not replayed: ${why.join(", ")}`,
      detail: ["With letters and digits masked they look like this:", ...sample].join("\n"),
      ...(first === undefined ? {} : { source: { file: first.file, line: first.line } }),
    },
  ];
}

/** The same line again is two clients, or a file that was given twice: only people can tell. */
function repeated(origin: WorkloadOrigin): Diagnostic[] {
  if (origin.repeatedLines === 0) return [];
  const { requests } = totalOf(origin);
  const isHalf = origin.files.length > 1 && origin.repeatedLines * 2 >= requests;
  return [
    {
      severity: isHalf ? "warning" : "info",
      code: "workload-lines-repeated",
      summary: `${counted(origin.repeatedLines, "line")} came twice and ${origin.repeatedLines === 1 ? "is" : "are"} replayed twice`,
      ...(isHalf
        ? { detail: "Half of the log repeats the other half: was a file given under two names?" }
        : {}),
    },
  ];
}

function folded(origin: WorkloadOrigin): Diagnostic[] {
  if (origin.pathsFolded === 0) return [];
  const { requests } = totalOf(origin);
  return [
    {
      severity: origin.pathsFolded / Math.max(1, requests) > FOLDED_SHARE_MAX ? "warning" : "info",
      code: "workload-paths-folded",
      summary: `${counted(origin.pathsFolded, "request")} had one of too many different paths and ${origin.pathsFolded === 1 ? "is" : "are"} sent to one path for all of them`,
      detail: "A cache in your own image would see more hits than it did. The twin does not look at paths.",
    },
  ];
}

function wholeSeconds(origin: WorkloadOrigin): Diagnostic[] {
  const files = origin.files.filter(
    ({ requests, stampResolutionMs }) => requests > 0 && stampResolutionMs === 1000,
  );
  if (files.length === 0) return [];
  return [
    {
      severity: "info",
      code: "workload-whole-seconds",
      summary: `${files.length === origin.files.length ? "The log's" : `${counted(files.length, "file")}'s`} time stamps are whole seconds: requests are spread inside their second`,
      detail: "Bursts shorter than a second are not in the log. A log with milliseconds shows them.",
    },
  ];
}
