import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** How the server of a test behaves towards one list. */
export interface ServedList {
  /** "/offers/v1.0/aws/AmazonEC2/20261102030405/eu-north-1/index.csv". */
  readonly path: string;
  readonly body: string;
  readonly etag?: string;
  readonly isGzip?: boolean;
  /** How the answers to come fail, first first. */
  readonly failures?: ("cut" | 503)[];
  /** Breaks the connection in the middle of the index instead. */
  readonly isIndexCut?: boolean;
}

/** A server with the region indexes and lists of a test. */
export interface PriceServer extends AsyncDisposable {
  readonly url: string;
  /** Method, path and range of what was asked. */
  readonly asked: string[];
  serve(list: ServedList): void;
}

/**
 * Serves price lists as AWS does: a region index for each service, and versions with strong ETags and ranges; below a path where a
 * mirror has them.
 */
export async function priceServer(below = ""): Promise<PriceServer> {
  const lists = new Map<string, ServedList>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const whole = request.url ?? "";
    const url = whole.startsWith(below) ? whole.slice(below.length) : "";
    asked.push([url, request.headers.range].filter((part) => part !== undefined).join(" "));
    const list = lists.get(url);
    if (list !== undefined) answer(list, request, response);
    else if (url.endsWith("/region_index.json")) answerIndex(url, [...lists.values()], response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${below}`,
    asked,
    serve: (list) => lists.set(list.path, list),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerIndex(url: string, lists: readonly ServedList[], response: ServerResponse): void {
  const service = url.slice(0, url.indexOf("/current/"));
  const index = indexOf(
    url,
    lists.map(({ path }) => path),
  );
  const isCut = lists.some(({ path, isIndexCut }) => isIndexCut === true && path.startsWith(`${service}/`));
  if (!isCut) return void response.end(index);
  response.setHeader("content-length", Buffer.byteLength(index));
  breakOff(response, Buffer.from(index.slice(0, 10)));
}

function indexOf(url: string, paths: readonly string[]): string {
  const service = url.slice(0, url.indexOf("/current/"));
  const regions = paths
    .filter((path) => path.startsWith(`${service}/`))
    .map((path) => ({ regionCode: path.split("/").at(-2) ?? "", url: path.replace(/\.csv$/, ".json") }));
  if (url.startsWith("/savingsPlan")) {
    return JSON.stringify({
      regions: regions.map(({ regionCode, url: versionUrl }) => ({ regionCode, versionUrl })),
    });
  }
  const entries = regions.map(({ regionCode, url: currentVersionUrl }) => [
    regionCode,
    { regionCode, currentVersionUrl },
  ]);
  return JSON.stringify({ formatVersion: "v1.0", regions: Object.fromEntries(entries) });
}

function answer(list: ServedList, request: IncomingMessage, response: ServerResponse): void {
  const failure = list.failures?.shift();
  if (failure === 503) return void response.writeHead(503).end("busy");
  if (list.etag !== undefined) {
    response.setHeader("etag", list.etag);
    if (request.headers["if-none-match"] === list.etag) return void response.writeHead(304).end();
  }
  const whole = Buffer.from(list.body);
  const from = rangeOf(list, request);
  const bytes = list.isGzip === true ? gzipSync(whole) : whole.subarray(from);
  if (list.isGzip === true) response.setHeader("content-encoding", "gzip");
  response.setHeader("content-length", bytes.length);
  response.writeHead(from > 0 ? 206 : 200);
  if (failure !== "cut") return void response.end(bytes);
  breakOff(response, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

/** On a busy machine it takes this long until what was sent is on the client's disk. */
const BREAK_AFTER_MS = 250;

/** The connection breaks in the middle, as it does behind many a proxy. */
function breakOff(response: ServerResponse, bytes: Uint8Array): void {
  response.write(bytes, () => setTimeout(() => response.destroy(), BREAK_AFTER_MS));
}

function rangeOf(list: ServedList, request: IncomingMessage): number {
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  return start !== undefined && request.headers["if-range"] === list.etag ? Number(start) : 0;
}
