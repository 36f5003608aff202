import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { httpPrometheus, type PrometheusConnection, prometheusCollector } from "@apex/collectors";
import { type Collected, DAY_MS, type MetricSeries } from "@apex/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../chaos/free-port.ts";
import { type RecordedSeries, startPrometheus, whyNoPrometheus } from "./prometheus-server.ts";

const START = Date.UTC(2026, 5, 1);
const WINDOW = { startMs: START, endMs: START + DAY_MS };
const GOING_ON = { aborted: false };

/** Machines whose GPU's activity tells which one it is. */
function fleet(count: number): readonly RecordedSeries[] {
  return Array.from({ length: count }, (_, index) => ({
    name: "DCGM_FI_PROF_SM_ACTIVE",
    labels: { gpu: "0", instance_id: `i-${index}` },
    startMs: START,
    endMs: WINDOW.endMs,
    stepMs: 60_000,
    value: () => index / 1000,
  }));
}

async function collect(connection: PrometheusConnection): Promise<readonly MetricSeries[]> {
  const items: Collected[] = [];
  const collector = prometheusCollector({ api: httpPrometheus(connection) });
  for (const part of await collector.metricParts([], WINDOW, GOING_ON)) {
    for await (const item of part.collect(GOING_ON)) items.push(item);
  }
  return items.flatMap((item) => (item.kind === "samples" ? [item.series] : []));
}

/** What a user reads when nothing can be asked. */
async function refusalOf(connection: PrometheusConnection): Promise<string> {
  const answered = prometheusCollector({ api: httpPrometheus(connection) }).parts(GOING_ON);
  return answered.then(
    () => "answered",
    (error: Error) => error.message.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"),
  );
}

/** A server of HTTP that is no Prometheus, or one in trouble. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const port = await freePort();
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}

describe.skipIf(whyNoPrometheus() !== undefined)("a real Prometheus that", () => {
  it("refuses large queries is asked for halves until it answers, and gives the same", async () => {
    const recorded = fleet(120);
    await using generous = await startPrometheus(recorded);
    // Half a day of one machine.
    await using strict = await startPrometheus(recorded, { flags: ["--query.max-samples=750"] });
    const whole = await collect({ url: generous.url });
    const pieces = await collect({ url: strict.url });
    expect(whole).toHaveLength(240);
    expect(new Set(whole.map(({ values }) => values.length))).toEqual(new Set([288]));
    expect(pieces).toEqual(whole);
  });

  it("refuses even an hour of one machine says so, with what to do", async () => {
    await using server = await startPrometheus(fleet(1), { flags: ["--query.max-samples=10"] });
    await expect(collect({ url: server.url })).rejects.toThrow(
      /refuses even an hour of one machine: .*too many samples.*--query.max-samples/,
    );
  });

  it("wants a password is given one by header or in the address, which no message repeats", async () => {
    // bcrypt of "geheim".
    const hash = "$2b$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.";
    const web = JSON.stringify({ basic_auth_users: { apex: hash } });
    await using server = await startPrometheus(fleet(1), { web });
    const refused =
      "Prometheus at HOST: it refuses the credentials (401); give --token-file or --basic-auth-file, or a fresh token";
    expect(await refusalOf({ url: server.url })).toBe(refused);
    expect(await refusalOf({ url: server.url, basicAuth: "apex:falsch" })).toBe(refused);
    expect(await refusalOf({ url: server.url.replace("//", "//apex:falsch@") })).toBe(refused);
    expect(await refusalOf({ url: server.url, basicAuth: "apex:geheim" })).toBe("answered");
    expect(await refusalOf({ url: server.url.replace("//", "//apex:geheim@") })).toBe("answered");
  });

  it("has a certificate of its own authority is trusted by that alone", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "apex-certificate-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=prometheus", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        key,
        "-out",
        cert,
        ...subject,
      ],
      { stdio: "ignore" },
    );
    const web = JSON.stringify({ tls_server_config: { cert_file: cert, key_file: key } });
    await using server = await startPrometheus(fleet(1), { web, isTls: true });
    expect(await refusalOf({ url: server.url })).toBe(
      "Prometheus at HOST cannot be reached: its certificate is signed by itself; give it with --ca-file",
    );
    expect(await refusalOf({ url: server.url, ca: readFileSync(cert, "utf8") })).toBe("answered");
    expect(await refusalOf({ url: server.url.replace("https", "http") })).not.toBe("answered");
  });
});

describe("what is no Prometheus", () => {
  it("is told in one line with the next step", async () => {
    const port = await freePort();
    expect(await refusalOf({ url: `http://127.0.0.1:${port}` })).toBe(
      "Prometheus at HOST cannot be reached: nothing listens there; check --url, or start its port-forward",
    );
    const page = await serve((_, response) => response.end("<html>Grafana</html>"));
    expect(await refusalOf({ url: page })).toMatch(
      /answers \(200\), but not as a Prometheus does; check --url/,
    );
    expect(await refusalOf({ url: page.replace("http:", "https:") })).toMatch(/does not speak TLS/);
    const missing = await serve((_, response) => response.writeHead(404).end());
    expect(await refusalOf({ url: missing })).toMatch(
      /no query API at that path \(404\).*\/prometheus for Mimir/,
    );
    const login = await serve((_, response) => response.writeHead(302, { location: "/login" }).end());
    expect(await refusalOf({ url: login })).toMatch(/sends elsewhere \(302 to \/login.*login page/);
    expect(() => httpPrometheus({ url: "prometheus:9090" })).toThrow(/write it as http:\/\/host:9090/);
    expect(() => httpPrometheus({ url: page, token: "a\nb" })).toThrow(/check --token-file/);
  });

  it.each(["reader:hun/ter2@prometheus:9090", "http://reader:hun/ter2@prometheus:9090"])(
    "has a password in its address that no message repeats: %s",
    (url) => {
      expect(() => httpPrometheus({ url })).toThrow(/^--url: prometheus:9090 is no address of a Prometheus/);
    },
  );

  it("is not waited for longer than was said, nor asked again once it is over", async () => {
    const silent = await serve(() => {});
    expect(await refusalOf({ url: silent, timeoutMs: 100 })).toMatch(/does not answer; .*--timeout/);
  });
});

describe("a server in trouble", () => {
  const good = JSON.stringify({ status: "success", data: { resultType: "scalar", result: [0, "1"] } });

  it("is asked again, with the token each time, until it answers", async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (seen.length < 3) response.writeHead(seen.length === 1 ? 503 : 429, { "retry-after": "0" }).end();
      else response.end(good);
    });
    expect(await refusalOf({ url, token: "abc" })).toBe("answered");
    expect(seen).toEqual(["Bearer abc", "Bearer abc", "Bearer abc"]);
  });

  it("is not waited for any more by who is told to stop", async () => {
    const stop = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(503, { "retry-after": "30" }).end();
      setTimeout(() => stop.abort(), 50);
    });
    const asked = httpPrometheus({ url }).check(stop.signal);
    await expect(asked).rejects.toThrow(/was not asked further: stopped/);
  }, 10_000);

  it("is given a password with a percent sign in its address as it is written", async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(good);
    });
    const written = ["50%", "50%off", "a%40b"].map((password) => url.replace("//", `//apex:${password}@`));
    for (const one of written) expect(await refusalOf({ url: one })).toBe("answered");
    const basic = (text: string) => `Basic ${Buffer.from(`apex:${text}`).toString("base64")}`;
    expect(seen).toEqual([basic("50%"), basic("50%off"), basic("a@b")]);
  });

  it.each([
    [
      "Mimir",
      422,
      {
        status: "error",
        errorType: "execution",
        error: "the query exceeded the maximum number of chunks (limit: 2 chunks)",
      },
    ],
    [
      "Thanos",
      422,
      { status: "error", error: "rpc error: code = ResourceExhausted desc = exceeded series limit" },
    ],
    [
      "Prometheus' points",
      400,
      {
        status: "error",
        errorType: "bad_data",
        error:
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution",
      },
    ],
    [
      "Prometheus' time",
      503,
      { status: "error", errorType: "timeout", error: "query timed out in expression evaluation" },
    ],
  ])("that names its limits is asked for less: %s", async (_, status, refusal) => {
    const spans: number[] = [];
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const span = (Number(form.get("end")) - Number(form.get("start"))) / 3600;
        if (request.url?.includes("/values") === true) {
          const names = request.url.includes("/__name__/") ? ["DCGM_FI_PROF_SM_ACTIVE"] : [];
          response.end(JSON.stringify({ status: "success", data: names }));
        } else if (request.url?.includes("/series") === true) {
          response.end(JSON.stringify({ status: "success", data: null }));
        } else if (!form.has("start")) response.end(good);
        else if (span > 13) response.writeHead(status).end(JSON.stringify(refusal));
        else {
          spans.push(Math.round(span));
          response.end(JSON.stringify({ status: "success", data: { resultType: "matrix", result: [] } }));
        }
      });
    });
    expect(await collect({ url })).toEqual([]);
    expect(spans).toEqual([12, 12, 12, 12]);
  });
});
