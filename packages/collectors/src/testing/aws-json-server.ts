import { createServer, type IncomingMessage } from "node:http";
import type { JsonObject } from "@apex/core";
import { onTestFinished } from "vitest";
import { z } from "zod";

/** What a test's server answers to one operation: a body, or an error by its code and status. */
export type AwsAnswer =
  | { readonly body: JsonObject }
  | { readonly error: string; readonly message: string; readonly status: number };

/** A server that speaks AWS's JSON protocols, for the services and cases that moto does not have. */
export interface AwsJsonServer {
  readonly url: string;
  /** Every request as it came, in order. */
  readonly requests: readonly { readonly operation: string; readonly body: JsonObject }[];
}

/**
 * Serves answers by operation ("GetCostAndUsage"), as the "AWS JSON 1.0" and "1.1" protocols of smithy.io have them: the operation
 * is in X-Amz-Target, errors name their code in `__type`. Stops with the test.
 */
export async function awsJsonServer(
  answer: (operation: string, body: JsonObject) => AwsAnswer,
): Promise<AwsJsonServer> {
  const requests: { operation: string; body: JsonObject }[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const operation = String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
      const body = z.record(z.string(), z.json()).parse(JSON.parse(text || "{}"));
      requests.push({ operation, body });
      const answered = answer(operation, body);
      const isError = "error" in answered;
      response.writeHead(isError ? answered.status : 200, { "content-type": "application/x-amz-json-1.1" });
      const content = isError ? { __type: answered.error, message: answered.message } : answered.body;
      response.end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
