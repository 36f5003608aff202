import { dockerTest } from "@apex/core/testing";
import { expect } from "vitest";
import { recordedIo } from "../testing.ts";
import { findSandbox } from "./find-sandbox.ts";

dockerTest(
  "what the user vouches for is planned on this host, so containers need not run Terraform",
  async () => {
    const { DOCKER_HOST } = process.env;
    const env = { ...(DOCKER_HOST ? { DOCKER_HOST } : {}), APEX_TERRAFORM_IMAGE: "apex-no-such-image:1" };
    await expect(findSandbox(recordedIo({ env }))).rejects.toThrow("cannot run Terraform here");
    const trusting = recordedIo({ env });
    expect(await findSandbox(trusting, { trust: true })).toMatchObject({ kind: "found" });
    expect(trusting.stderr()).toBe("");
  },
);
