import { WORKLOAD_FORMATS } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineShape } from "./line-shape.ts";
import { Redactor } from "./redactor.ts";
import { readText } from "./testing/read-text.ts";
import { SAMPLE_LOGS } from "./testing/sample-logs.ts";

const secrets = fc.stringMatching(/^[a-z]{2}[0-9][A-Za-z0-9]{5,40}$/);

describe.each(WORKLOAD_FORMATS)("%s", (format) => {
  test("a secret wherever such a log can hold one comes out nowhere", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, fc.constantFrom("dropped", "numbered"), async (secret, queryValues) => {
        const text = SAMPLE_LOGS[format](secret);
        const reading = await readText(text, { queryValues });
        expect(reading.kind).toBe("read");
        expect(JSON.stringify(reading)).not.toContain(secret);
      }),
      { numRuns: 40 },
    );
  });

  test("nor does it out of a log cut or spoilt anywhere", async () => {
    const damage = fc.record({
      secret: secrets,
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      noise: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ secret, at, noise }) => {
        const whole = SAMPLE_LOGS[format](secret);
        const cut = Math.floor(at * whole.length);
        fc.pre(!noise.includes(secret));
        for (const forced of [undefined, format]) {
          const options = forced === undefined ? {} : { format: forced };
          const reading = await readText(whole.slice(0, cut) + noise + whole.slice(cut), options);
          const shown = reading.kind === "read" ? reading.workload.origin : reading;
          expect(JSON.stringify(shown)).not.toContain(secret);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("no content makes the reader throw", async () => {
    const junk = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.string().map((text) => `${text}\n"{[,`),
    );
    await fc.assert(
      fc.asyncProperty(junk, junk, async (head, tail) => {
        const reading = await readText(`${head}\n${SAMPLE_LOGS[format]("s")}\n${tail}`, { format });
        expect(["read", "no-requests"]).toContain(reading.kind);
      }),
      { numRuns: 60 },
    );
  });
});

test("the shape of a line holds no word and no number of it", () => {
  fc.assert(
    fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
      expect(lineShape(`${before}${secret}${after}`)).not.toContain(secret);
    }),
  );
  expect(lineShape("card 4111 1111 пароль ключ1 192.0.2.7")).toBe("~ 9999 9999 ~ ~ 999.9.9.9");
});

const redactor = new Redactor("dropped");

const PLACES: readonly ((secret: string) => string)[] = [
  (secret) => `/a?k=${secret}`,
  (secret) => `/a?${secret}`,
  (secret) => `/a?x&${secret}&y=1`,
  (secret) => `/a?k=1;${secret}`,
  (secret) => `/a?k=b?c=${secret}`,
  (secret) => `/a?k%3D${secret}`,
  (secret) => `/a%3Fk=${secret}`,
  (secret) => `/a&k=${secret}`,
  (secret) => `/a;k=${secret}/b`,
  (secret) => `/a;${secret}`,
  (secret) => `/a%3Bk%3D${secret}`,
  (secret) => `/a#${secret}`,
  (secret) => `/${secret}@mail.example/b`,
  (secret) => `/mail%40${secret}.example`,
  (secret) => `/mail%2540${secret}.example`,
  (secret) => `/mail%252540${secret}.example`,
  (secret) => `/mail%2525252540${secret}.example`,
  (secret) => `/password-reset/${secret}`,
  (secret) => `/v1/tokens/${secret}`,
  (secret) => `/x/sk-${secret}${secret}`,
  (secret) => `https://${secret}@shop.example/a`,
  (secret) => `https://u:${secret}@shop.example/a`,
  (secret) => `https://u:/${secret}@shop.example/a`,
  (secret) => `https://u:?${secret}@shop.example/a`,
  (secret) => `https:\\\\u:${secret}@shop.example\\a`,
  (secret) => `//u:${secret}@shop.example/a`,
  (secret) => `u:${secret}@shop.example:443`,
  (secret) => `/\u0000a?k\u0000=${secret}`,
];

test("a secret at any place of a target that is made for one is not kept, in either way of keeping values", () => {
  fc.assert(
    fc.property(
      secrets,
      fc.constantFrom(...PLACES),
      fc.constantFrom("dropped", "numbered"),
      (secret, place, values) => {
        expect(new Redactor(values).path(place(secret))).not.toContain(secret);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ["/service?wsdl", "/service?wsdl"],
  ["/a?hunter22", "/a?{secret}"],
  ["/search?q=shoes&page=2", "/search?q=&page="],
  ["/search?eyJhbGciOiJIUzI1NiJ9.e30.abc", "/search?{secret}"],
  ["/a?sk-1234567890abcdef", "/a?{secret}"],
  ["https://user:pa/ss@shop.example/a", "/{email}/a"],
  ["https://user:pass@shop.example", "/"],
  ["https://shop.example?x=1", "/?x="],
  ["//user:pass@shop.example/a", "//{email}/a"],
  ["/users/jane%40mail.example/orders", "/users/{email}/orders"],
  ["/users/jane%2540mail.example", "/users/{email}"],
  ["/users/%zzjane%40mail.example", "/users/{email}"],
  ["/reset-password/k3Yv", "/reset-password/{secret}"],
  ["/auth/login", "/auth/login"],
  ["/files/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "/files/{secret}"],
  ["/dt=2024-01-01/x", "/dt=/x"],
  ["/a%3Ftoken=abc", "/{secret}"],
  ["/orders/123e4567-e89b-12d3-a456-426614174000", "/orders/123e4567-e89b-12d3-a456-426614174000"],
  [
    "/presentations/logstash-monitorama-2013/kibana.png",
    "/presentations/logstash-monitorama-2013/kibana.png",
  ],
  ["/cart;jsessionid=abc;v=1?x", "/cart;jsessionid=;v=?x"],
  ["*", "*"],
  ["shop.example:443", "/"],
])("%s is kept as %s", (target, kept) => {
  expect(redactor.path(target)).toBe(kept);
});

test("no mail address and no overlong path is kept, whatever the target", () => {
  fc.assert(
    fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
      const once = redactor.path(`/${path}?${query}`);
      expect(once).not.toContain("@");
      expect(once.length).toBeLessThanOrEqual(2048);
    }),
  );
});

test("numbered query values stay equal where they were, and only there", () => {
  const numbering = new Redactor("numbered");
  expect(numbering.path("/s?q=a&q=b")).toBe("/s?q={1}&q={2}");
  expect(numbering.path("/s?q=a&p=a")).toBe("/s?q={1}&p={3}");
});
