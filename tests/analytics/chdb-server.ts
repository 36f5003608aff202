/**
 * ClickHouse's HTTP interface over its own engine in this process (chdb), as far as @clickhouse/client uses it: statements,
 * parameters, results in any format, inserts with a body. It prints its port. Run: node chdb-server.ts DIRECTORY
 */
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { Session } from "chdb";

const [directory = ""] = process.argv.slice(2);
const session = new Session(join(directory, "data"));
const bodies = mkdtempSync(join(directory, "bodies-"));
let numbered = 0;

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const source = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** The engine has no request body: it is a file here, which stands for `input(…)`. */
function readingFile(statement: string, file: string): string {
  const [, head = "", format = ""] = /^([\s\S]*?)\s+FORMAT\s+(\w+)\s*$/.exec(statement) ?? [];
  return head.replace(/\binput\('/, `file('${file}', '${format}', '`);
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f", "0": "\0" };

/** Parameters arrive escaped as in a tab-separated file. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}

/** Statements run one after the other: the database and the parameters of each are the session's. */
let last: Promise<unknown> = Promise.resolve();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/ping") return void response.end("Ok.\n");
  const body = await bytesOf(request);
  const named = url.searchParams.get("query");
  const database = url.searchParams.get("database") ?? "default";
  const parameters = Object.fromEntries(
    [...url.searchParams].flatMap(([key, value]) =>
      key.startsWith("param_") ? [[key.slice(6), unescaped(value)]] : [],
    ),
  );
  const turn = last.then(async () => {
    await session.queryAsync(`USE ${database}`);
    let statement = named ?? body.toString("utf8");
    if (named !== null && body.length > 0) {
      const file = join(bodies, String(numbered++));
      await writeFile(file, body);
      statement = readingFile(named, file);
    } else if (/^\s*INSERT INTO/.test(statement)) return Buffer.alloc(0);
    const [, head = statement, format] = /^([\s\S]*?)\s+FORMAT\s+(\w+)\s*$/.exec(statement) ?? [];
    const asked = format ?? request.headers["x-clickhouse-format"]?.toString() ?? "TabSeparated";
    const result = await session.queryBindAsync(head, parameters, { format: asked });
    return Buffer.from(result.bytes());
  });
  last = turn.catch(() => undefined);
  response.end(await turn);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const [, code = "1"] = /Code: (\d+)/.exec(message) ?? [];
    response.writeHead(500, { "X-ClickHouse-Exception-Code": code });
    response.end(message);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : ""}\n`);
});
process.stdin.resume().on("end", () => {
  session.close();
  rmSync(bodies, { recursive: true, force: true });
  process.exit(0);
});
