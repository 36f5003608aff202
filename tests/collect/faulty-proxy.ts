/** A server in front of moto that answers some requests itself, as AWS does when it refuses, throttles or fails. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request as forward, type ServerResponse } from "node:http";

/** A request as far as faults look at it. */
export interface AskedRequest {
  /** "ec2", from the signature. */
  readonly service: string;
  readonly region: string;
  /** "DescribeInstances"; empty where the protocol has none. */
  readonly operation: string;
  /** Counts all requests, from 1. */
  readonly ordinal: number;
}

/** What a fault does: an answer in moto's place, or none for ever. */
export type Fault = { readonly status: number; readonly body: string; readonly type?: string } | "hang";

export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly AskedRequest[];
}

export async function startProxy(
  target: string,
  faultOf: (asked: AskedRequest) => Fault | undefined,
): Promise<FaultyProxy> {
  const asked: AskedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then((body) => {
      const one = { ...described(incoming, body), ordinal: asked.length + 1 };
      asked.push(one);
      const fault = faultOf(one);
      if (fault === "hang") return;
      if (fault === undefined) pass(target, incoming, body, outgoing);
      else {
        outgoing.writeHead(fault.status, { "content-type": fault.type ?? "text/xml" });
        outgoing.end(fault.body);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function described(incoming: IncomingMessage, body: Buffer): Omit<AskedRequest, "ordinal"> {
  const [, region = "", service = ""] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? "") ?? [];
  const target = incoming.headers["x-amz-target"];
  const operation =
    (typeof target === "string" ? target.split(".").at(-1) : undefined) ??
    /(?:^|&)Action=(\w+)/.exec(body.toString("latin1"))?.[1] ??
    "";
  return { service, region, operation };
}

function pass(target: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
  const { method, url, headers } = incoming;
  const onward = forward(`${target}${url ?? "/"}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  onward.end(body);
}

/** An error as EC2 words it. Source: EC2 API reference, "Error codes". */
function ec2Error(status: number, code: string, message: string): Fault {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors>${error}</Errors><RequestID>5b1c2a6e</RequestID></Response>`,
  };
}

/** An error as services of the query protocol word it. Source: STS API reference, "Common errors". */
function queryError(status: number, code: string, message: string): Fault {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body: `<ErrorResponse>${error}<RequestId>5b1c2a6e</RequestId></ErrorResponse>` };
}

/** An error as services of the JSON protocols word it. */
function jsonError(status: number, code: string, message: string): Fault {
  return {
    status,
    type: "application/x-amz-json-1.0",
    body: JSON.stringify({ __type: code, message }),
  };
}

/** The fault in the words of the service that was asked. */
export function awsFault(asked: AskedRequest, status: number, code: string, message: string): Fault {
  if (asked.service === "ec2") return ec2Error(status, code, message);
  return asked.service === "sts" || asked.service === "autoscaling" || asked.service === "rds"
    ? queryError(status, code, message)
    : jsonError(status, code, message);
}
