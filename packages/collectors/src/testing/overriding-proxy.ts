import { createServer, type IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";

/** An answer in place of the server's own. */
export interface Override {
  readonly status: number;
  readonly type: "application/json" | "text/xml";
  readonly body: string;
}

/**
 * A proxy before a test's server that answers some requests itself: what the server does not have, or would refuse if it had
 * permissions. `text` is the path with the body. Stops with the test.
 */
export async function overridingProxy(
  url: string,
  override: (text: string) => Override | undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const own = override(`${request.url ?? ""}\n${body.toString("utf8")}`);
      if (own !== undefined) {
        response.writeHead(own.status, { "content-type": own.type }).end(own.body);
        return;
      }
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers))
        if (typeof value === "string" && name !== "connection" && name !== "content-length")
          headers.set(name, value);
      const method = request.method ?? "GET";
      const init =
        method === "GET" || method === "HEAD"
          ? { method, headers }
          : { method, headers, body: new Uint8Array(body) };
      const answer = await fetch(`${url}${request.url ?? ""}`, init);
      const type = answer.headers.get("content-type") ?? "text/xml";
      response
        .writeHead(answer.status, { "content-type": type })
        .end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
