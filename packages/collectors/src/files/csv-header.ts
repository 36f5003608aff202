import { head } from "./source-file.ts";

/** The first record of a CSV file and how its fields are separated. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly delimiter: string;
}

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** A header longer than this is not one. Legacy CUR headers with many tags reach some 60 kB. */
const HEADER_BYTES_MAX = 1024 * 1024;

/** Reads the header with the delimiter that splits it into most fields; `undefined` when the first line never ends. */
export async function readCsvHeader(path: string): Promise<CsvHeader | undefined> {
  const text = (await head(path, HEADER_BYTES_MAX)).toString("utf8").replace(/^\uFEFF/, "");
  let best: CsvHeader | undefined;
  for (const delimiter of DELIMITERS) {
    const names = firstRecord(text, delimiter);
    if (names === undefined) continue;
    if (best === undefined || names.length > best.names.length) best = { names, delimiter };
  }
  return best;
}

/** The fields of the first record, RFC 4180; `undefined` when a quote stays open. */
function firstRecord(text: string, delimiter: string): readonly string[] | undefined {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[index + 1] === '"') {
        field += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === delimiter) {
      fields.push(field.trim());
      field = "";
    } else if (character === "\n" || character === "\r") {
      return [...fields, field.trim()];
    } else field += character;
  }
  return quoted ? undefined : [...fields, field.trim()];
}
