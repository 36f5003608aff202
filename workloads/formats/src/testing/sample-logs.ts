import type { WorkloadFormat } from "@apex/core";

/** Where a sample log has room for a text that must never come out again. */
type SampleLog = (secret: string) => string;

const har = (secret: string) => ({
  log: {
    version: "1.2",
    creator: { name: "entries", version: "[{" },
    pages: [{ id: "page_1", title: secret }],
    entries: [
      {
        startedDateTime: "2024-05-17T10:05:03.250+02:00",
        time: 45.5,
        request: {
          method: "POST",
          url: `https://user:${secret}@shop.example/cart/add?sku=${secret}#${secret}`,
          headers: [{ name: "Authorization", value: `Bearer ${secret}` }],
          cookies: [{ name: "sid", value: secret }],
          postData: { mimeType: "text/plain", text: `"quoted \\ ${secret}" ]}` },
          bodySize: 12,
        },
        response: { status: 201, bodySize: -1, content: { text: secret } },
      },
    ],
  },
});

/** One request in each format, as its documentation shows it, with a secret wherever such a log can hold one. */
export const SAMPLE_LOGS: Readonly<Record<WorkloadFormat, SampleLog>> = {
  apache: (secret) =>
    `2001:db8::1 - ${secret} [17/May/2024:10:05:03 +0200] "GET /cart/${secret}@mail.example?token=${secret}&page=2 HTTP/1.1" 200 5120 "https://shop.example/?t=${secret}" "Mozilla/5.0 \\"${secret}\\" [x] 404"\n`,
  "nginx-json": (secret) =>
    `${JSON.stringify({
      msec: "1715933103.250",
      time_iso8601: "2024-05-17T10:05:03+02:00",
      request_method: "GET",
      request_uri: `/cart;jsessionid=${secret}?token=${secret}`,
      status: 200,
      request_length: "310",
      body_bytes_sent: 5120,
      request_time: "0.250",
      http_cookie: secret,
      http_authorization: `Basic ${secret}`,
    })}\n`,
  "aws-alb": (secret) =>
    `https 2024-05-17T08:05:03.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 34 366 "GET https://user:${secret}@shop.example:443/cart?token=${secret} HTTP/1.1" "curl \\x22${secret}\\x22" ECDHE-RSA TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/t/73e2 "Root=1-58337281-1d84f3d73c47ec4e58577259" "shop.example" "arn:aws:acm:us-east-2:123456789012:certificate/1" 1 2024-05-17T08:05:03.015000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1\n`,
  cloudfront: (secret) =>
    `#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken\n` +
    `2024-05-17\t08:05:03\tFRA50\t5120\t192.0.2.10\tGET\td1.cloudfront.net\t/cart\t200\t${secret}\tMozilla%20${secret}\ttoken=${secret}&page=2\tsid=${secret}\tMiss\tabc==\tshop.example\thttps\t310\t0.250\n`,
  "gcp-load-balancer": (secret) =>
    `${JSON.stringify({
      insertId: "1a2b3c",
      timestamp: "2024-05-17T08:05:03.123456789Z",
      httpRequest: {
        requestMethod: "GET",
        requestUrl: `https://shop.example/cart?token=${secret}`,
        requestSize: "310",
        responseSize: "5120",
        status: 200,
        latency: "0.058927s",
        referer: secret,
        userAgent: secret,
      },
      jsonPayload: { statusDetails: secret },
    })}\n`,
  har: (secret) => JSON.stringify(har(secret), null, 2),
  llm: (secret) =>
    `${JSON.stringify({
      created: 1715933103,
      model: "m",
      prompt: secret,
      api_key: secret,
      usage: { prompt_tokens: 374, completion_tokens: 44 },
    })}\n`,
  csv: (secret) =>
    `timestamp,method,path,status,bytes,duration_ms,cookie\n2024-05-17T08:05:03.5Z,get,"/cart?token=${secret}",200,5120,12.5,${secret}\n`,
};
