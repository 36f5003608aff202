import { generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject, JsonValue } from "@apex/core";
import { type Answer, refusal } from "./google-answers.ts";
import { assertPublished } from "./published-shape.ts";

/** One request as it came. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What a path answers, and which published message that is. */
export interface Route {
  readonly path: RegExp;
  readonly message?: string;
  readonly answer: (request: ServedRequest) => JsonObject | Answer;
}

/** A server on this machine that speaks Google's REST interfaces, its token endpoint among them. */
export interface GcpServer {
  readonly url: string;
  readonly requests: readonly ServedRequest[];
  /** A service account's key file; what is signed with it is let in. */
  readonly key: JsonObject;
  /** A file of workload identity federation, whose tokens this server issues. */
  readonly federation: JsonObject;
  /** Answers the next `times` requests to a path otherwise. */
  fail(path: RegExp, answer: Answer, times?: number): void;
  /** Lets go of connections without an answer. */
  hangUp(path: RegExp, times?: number): void;
  close(): Promise<void>;
}

interface Fault {
  readonly path: RegExp;
  readonly answer: Answer | "hang-up";
  left: number;
}

/** Starts the server on a free port of the loopback address. */
export async function startGcpServer(routes: readonly Route[]): Promise<GcpServer> {
  const faults: Fault[] = [];
  const requests: ServedRequest[] = [];
  const tokens = new Set<string>();
  const answerTo = (request: ServedRequest, authorization: string | undefined): Answer | "hang-up" => {
    const fault = faults.find(({ path, left }) => left > 0 && path.test(request.path));
    if (fault !== undefined) {
      fault.left -= 1;
      return fault.answer;
    }
    if (request.path === "/subject") return { status: 200, body: "who-i-am-elsewhere" };
    if (request.path === "/token") return issue(tokens, request);
    const token = authorization?.replace(/^Bearer /, "");
    if (token === undefined || !(tokens.has(token) || isSelfSigned(token))) {
      return refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    return routed(routes, request);
  };
  const server = createServer((incoming, response) => {
    void read(incoming).then((request) => {
      requests.push(request);
      const answer = answeredOr(() => answerTo(request, incoming.headers.authorization));
      if (answer === "hang-up") incoming.socket.destroy();
      else send(response, answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    key: serviceAccountKey(url),
    federation: federation(url),
    fail: (path, answer, times = 1) => void faults.push({ path, answer, left: times }),
    hangUp: (path, times = 1) => void faults.push({ path, answer: "hang-up", left: times }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A mistake of a test's own answers shows in what the collector says of them. */
function answeredOr(answer: () => Answer | "hang-up"): Answer | "hang-up" {
  try {
    return answer();
  } catch (error) {
    return refusal(400, "INVALID_ARGUMENT", `the test's server cannot answer: ${String(error)}`);
  }
}

async function read(incoming: IncomingMessage): Promise<ServedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  return {
    method: incoming.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    body: Buffer.concat(chunks).toString(),
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Source: RFC 8693 §2, as Google's Security Token Service speaks it. */
function issue(tokens: Set<string>, { body }: ServedRequest): Answer {
  const form = new URLSearchParams(body);
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:token-exchange") {
    return { status: 400, body: { error: "unsupported_grant_type" } };
  }
  const token = `token-${tokens.size + 1}`;
  tokens.add(token);
  return {
    status: 200,
    body: {
      access_token: token,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      expires_in: 3600,
      token_type: "Bearer",
    },
  };
}

/** Of all files of credentials the one whose every address can be chosen: a key's token endpoint is fixed in the client. */
function federation(url: string): JsonObject {
  return {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${url}/token`,
    credential_source: { url: `${url}/subject`, format: { type: "text" } },
  };
}

function routed(routes: readonly Route[], request: ServedRequest): Answer {
  const route = routes.find(({ path }) => path.test(request.path));
  if (route === undefined) return refusal(404, "NOT_FOUND", `no method at ${request.path}`);
  const given = route.answer(request);
  if ("status" in given && "body" in given) return given as Answer;
  if (route.message !== undefined) assertPublished(route.message, given as JsonObject);
  return { status: 200, body: given as JsonObject };
}

/** One pair for all servers of a process: making one takes long. */
let pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;

function keyPair() {
  pair ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  return pair;
}

/** Google's own clients sign tokens themselves where a service account may. Source: AIP-4111, "Self-signed JWTs". */
function isSelfSigned(token: string): boolean {
  const [header, claims, signature] = token.split(".");
  if (header === undefined || claims === undefined || signature === undefined) return false;
  const signed = Buffer.from(`${header}.${claims}`);
  return verify("RSA-SHA256", signed, keyPair().publicKey, Buffer.from(signature, "base64url"));
}

function serviceAccountKey(url: string): JsonObject {
  return {
    type: "service_account",
    project_id: "acme-prod",
    private_key_id: "k1",
    private_key: keyPair().privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    client_email: "apex@acme-prod.iam.gserviceaccount.com",
    client_id: "1",
    token_uri: `${url}/token`,
    universe_domain: "googleapis.com",
  };
}

/** One page of a list by `pageToken`, never longer than asked for nor than this server likes; and the token of the next. */
export function pageOf<Item extends JsonValue>(
  items: readonly Item[],
  { query }: ServedRequest,
  sizeMax: number,
): { readonly items: readonly Item[]; readonly nextPageToken?: string } {
  const asked = Number(query.get("pageSize") ?? query.get("maxResults") ?? sizeMax);
  const from = Number(query.get("pageToken")?.replace("after-", "") ?? 0);
  const to = from + Math.max(1, Math.min(asked, sizeMax));
  const page = items.slice(from, to);
  return to < items.length ? { items: page, nextPageToken: `after-${to}` } : { items: page };
}
