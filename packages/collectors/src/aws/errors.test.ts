import { AdapterError } from "@apex/core";
import { describe, expect, it, test } from "vitest";
import { awsError } from "./errors.ts";

const AT = { region: "eu-west-1" };

/** As the SDK throws what a service answered. */
function answered(name: string, message = "", status = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

function system(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });
}

describe("an error of the SDK", () => {
  it.each([
    [
      answered("CredentialsProviderError", "Could not load credentials from any providers"),
      "denied",
      /no AWS credentials/,
    ],
    [
      answered("CredentialsProviderError", "The SSO session associated with this profile has expired"),
      "unavailable",
      /has expired; log in again/,
    ],
    [
      answered("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
      "denied",
      /does not accept the credentials \(InvalidClientTokenId\)/,
    ],
    [
      answered("SignatureDoesNotMatch", "Signature expired: 20261121T000000Z is now earlier than", 403),
      "denied",
      /the clock of this machine is wrong/,
    ],
    [
      answered("ExpiredTokenException", "The security token included in the request is expired", 400),
      "unavailable",
      /goes on|is kept/,
    ],
    [answered("RequestExpired", "Request has expired."), "unavailable", /has expired/],
    [answered("ThrottlingException", "Rate exceeded"), "throttled", /kept throttling/],
    [answered("Unknown", "", 429), "throttled", /kept throttling \(HTTP 429\)/],
    [answered("InternalFailure", "", 500), "unavailable", /AWS in eu-west-1 failed \(InternalFailure\)/],
    [
      answered("OptInRequired", "You are not subscribed to this service"),
      "denied",
      /is off for this account/,
    ],
    [
      answered("InvalidParameterValue", "Value (x) for parameter y is invalid."),
      "invalid",
      /refused the request \(InvalidParameterValue\): Value \(x\) for parameter y is invalid$/,
    ],
    [system("ECONNREFUSED"), "unavailable", /AWS in eu-west-1 does not answer \(ECONNREFUSED\)/],
    [system("EPROTO"), "denied", /no safe connection to AWS in eu-west-1 \(EPROTO\); .*NODE_EXTRA_CA_CERTS/],
    [system("SELF_SIGNED_CERT_IN_CHAIN"), "denied", /no safe connection .*\(SELF_SIGNED_CERT_IN_CHAIN\)/],
    [new SyntaxError("Unexpected token '<'"), "invalid", /something else than AWS/],
  ] as const)("%s is %s with the next step", (error, kind, message) => {
    const translated = awsError(error, AT);
    expect(translated).toBeInstanceOf(AdapterError);
    expect(translated.kind).toBe(kind);
    expect(translated.message).toMatch(message);
    expect(translated.message).not.toContain("\n");
  });

  it.each([
    [
      "names the action that AWS names",
      "You are not authorized to perform this operation. User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeVolumes because no identity-based policy allows it",
      "ec2:DescribeVolumes",
    ],
    ["names that of the operation where AWS names none", "Access Denied", "s3:ListAllMyBuckets"],
  ])("that is about a permission %s", (_, message, action) => {
    const at = { ...AT, action: "s3:ListAllMyBuckets" };
    const { kind, message: told } = awsError(answered("AccessDenied", message, 403), at);
    expect([kind, told]).toEqual([
      "denied",
      expect.stringMatching(new RegExp(`^${action} is not permitted`)),
    ]);
  });

  it("of credentials that were accepted elsewhere means that the region is off", () => {
    const error = answered(
      "AuthFailure",
      "AWS was not able to validate the provided access credentials",
      401,
    );
    expect(awsError(error, AT).message).toMatch(/does not accept the credentials/);
    expect(awsError(error, { ...AT, isLoggedIn: true }).message).toMatch(/eu-west-1 is off/);
  });

  it("at another endpoint names that endpoint", () => {
    const { message } = awsError(system("ENOTFOUND"), { ...AT, endpointUrl: "http://moto:5000" });
    expect(message).toMatch(/^http:\/\/moto:5000 does not answer/);
  });
});

test("our own error stays what it is", () => {
  const error = new AdapterError("denied", "no");
  expect(awsError(error, AT)).toBe(error);
});
