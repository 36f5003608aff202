import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { TEST_ACCOUNT } from "../testing/aws.ts";
import type { AwsCall, AwsSession } from "./aws-service.ts";
import { openAccount } from "./account.ts";
import { AwsRegion } from "./session.ts";

const CALL: AwsCall = { service: "ec2", operation: "DescribeRegions", permissions: ["ec2:DescribeRegions"] };
const EMPTY = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>";

const stop = new AbortController();
const opened = () =>
  new AwsRegion({
    accountId: TEST_ACCOUNT,
    partition: "aws",
    region: "eu-west-1",
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "secret" }),
    nowMs: 0,
  });
const asked = (session: AwsSession) => session.client(EC2Client).send(new DescribeRegionsCommand({}));
const ask = (region: AwsRegion) => region.ask(stop.signal, [CALL], asked);

/** A server that answers all with this, until the test ends or closes it. */
async function answering(
  status: number,
  body: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** As {@link answering}, in the place of AWS' own address of EC2; returns how to close it. */
async function insteadOfEc2(status: number, body: string): Promise<() => Promise<void>> {
  const { url, close } = await answering(status, body);
  // The SDK's way to stand in for it.
  vi.stubEnv("AWS_ENDPOINT_URL_EC2", url);
  return close;
}

afterEach(() => vi.unstubAllEnvs());

describe("an address of AWS' own", () => {
  it("that has never answered leads nowhere: trying again is no use", async () => {
    await (await insteadOfEc2(200, EMPTY))();
    await expect(ask(opened())).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringMatching(/^AWS in eu-west-1 has never answered .*check --regions$/),
    });
  });

  it("that has answered before is down, and may come back", async () => {
    const close = await insteadOfEc2(200, EMPTY);
    const region = opened();
    await ask(region);
    await close();
    await expect(ask(region)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/^AWS in eu-west-1 does not answer/),
    });
  });
});

describe("who cannot get in", () => {
  const access = { homeRegion: "us-east-1", endpointUrl: "http://127.0.0.1:1", nowMs: 0 };

  beforeEach(() => {
    vi.stubEnv("HOME", "/nonexistent");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_PROFILE", undefined);
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  });
  const getIn = (): void => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  };

  it("reads which profile holds no credentials", async () => {
    await expect(openAccount({ ...access, profile: "nobody" }, undefined, stop.signal)).rejects.toMatchObject(
      {
        kind: "denied",
        message: expect.stringContaining("no AWS credentials in the profile nobody; check its name"),
      },
    );
  });

  it("reads which file of the credentials cannot be read: nobody was asked, nobody refused", async () => {
    vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/apex");
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token");
    await expect(openAccount(access, undefined, stop.signal)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringMatching(
        /^the AWS credentials cannot be read \(ENOENT: .*\/nonexistent\/token'\); check AWS_WEB_IDENTITY_TOKEN_FILE/,
      ),
    });
  });

  it("reads that a login page is no AWS", async () => {
    getIn();
    const { url: endpointUrl } = await answering(200, "<html><body>Log in</body></html>");
    await expect(openAccount({ ...access, endpointUrl }, undefined, stop.signal)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("answers with something else than AWS does; check --endpoint-url"),
    });
  });

  it("reads which role cannot be assumed, and both places that allow it", async () => {
    const message = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: sts:AssumeRole";
    const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    getIn();
    const { url: endpointUrl } = await answering(
      403,
      `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`,
    );
    const role = "arn:aws:iam::111122223333:role/apex";
    await expect(openAccount({ ...access, endpointUrl }, role, stop.signal)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringMatching(
        /^the role arn:aws:iam::111122223333:role\/apex cannot be assumed; .*trust policy/,
      ),
    });
  });
});

describe("what a part can do without", () => {
  const tried = (work: (session: AwsSession) => Promise<unknown>) =>
    opened().ask(stop.signal, [CALL], (session) => session.optional(CALL, "it costs", () => work(session)));

  it("is what the cloud refuses, not what we do wrong", async () => {
    await expect(
      tried(async () => {
        throw new TypeError("cannot read properties of undefined");
      }),
    ).rejects.toThrow(TypeError);
  });

  it("is refused with a line that says what it costs", async () => {
    await insteadOfEc2(
      400,
      "<Response><Errors><Error><Code>InvalidAction</Code></Error></Errors></Response>",
    );
    expect(await tried(asked)).toMatchObject({
      kind: "failed",
      diagnostic: {
        code: "collect-refused",
        summary: "ec2:DescribeRegions failed: it costs",
      },
    });
  });
});
