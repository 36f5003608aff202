import { isJsonObject, type JsonObject, parseJson } from "@apex/core";
import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { NOTHING, rejected, requested } from "../log-parser.ts";
import { readAmount, readCount, readStatus } from "../read-number.ts";
import { splitCsv } from "../split-fields.ts";
import { parseStamp } from "../stamp.ts";
import { type TableColumns, tableColumns } from "../table-header.ts";

/** Names without case and punctuation: the Azure trace's, OpenAI's, Anthropic's, OpenTelemetry's. */
const NAMES = {
  time: ["timestamp", "time", "created", "createdat", "ts", "arrivaltime"],
  promptTokens: ["contexttokens", "prompttokens", "inputtokens", "genaiusageinputtokens", "inputlength"],
  completionTokens: [
    "generatedtokens",
    "completiontokens",
    "outputtokens",
    "genaiusageoutputtokens",
    "outputlength",
  ],
  target: ["path", "endpoint"],
  status: ["status", "statuscode"],
  durationMs: ["durationms", "latencyms"],
} as const;

type Field = keyof typeof NAMES;

/** Token logs name no path; OpenAI's chat completions stand for it. */
const LLM_PATH = "/v1/chat/completions";

/** Requests to language models: CSV with a header, or JSON lines, with time, prompt tokens and completion tokens. */
export function llmParser(): LogParser {
  let header: string | undefined;
  let columns: TableColumns<Field> = {};
  return (line) => {
    if (line.trim() === "" || line === header) return NOTHING;
    if (line.startsWith("{")) return parseObject(line);
    const cells = splitCsv(line);
    if (cells === undefined) return rejected("not-in-format");
    if (header !== undefined) return requestOf((field) => cells[columns[field] ?? -1]?.trim());
    columns = tableColumns(cells, NAMES);
    if (
      columns.time === undefined ||
      columns.promptTokens === undefined ||
      columns.completionTokens === undefined
    ) {
      return rejected("not-in-format");
    }
    header = line;
    return NOTHING;
  };
}

function parseObject(line: string): ParsedRecord {
  const record = parseJson(line);
  if (!isJsonObject(record)) return rejected("not-in-format");
  const usage = record["usage"];
  const flat: JsonObject = isJsonObject(usage) ? { ...record, ...usage } : record;
  const keys = Object.keys(flat);
  const columns = tableColumns(keys, NAMES);
  return requestOf((field) => flat[keys[columns[field] ?? -1] ?? ""]);
}

function requestOf(value: (field: Field) => unknown): ParsedRecord {
  const promptTokens = readCount(value("promptTokens"));
  const completionTokens = readCount(value("completionTokens"));
  // Without its sizes a request to a model says nothing about load.
  if (promptTokens === undefined || completionTokens === undefined) return rejected("not-in-format");
  if (Number.isNaN(promptTokens) || Number.isNaN(completionTokens)) return rejected("request-unreadable");
  const target = value("target");
  return requested({
    method: "POST",
    target: typeof target === "string" && target !== "" ? target : LLM_PATH,
    stamp: parseStamp(value("time")),
    status: readStatus(value("status")),
    durationMs: readAmount(value("durationMs")),
    promptTokens,
    completionTokens,
  });
}
