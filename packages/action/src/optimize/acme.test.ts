/** Mode `optimize` on the example fleet: real recommendations, real Terraform, real git. */
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkplace, type Told, type Workplace } from "./testing/workplace.ts";

const INPUTS = {
  path: "terraform",
  state: "terraform.tfstate",
  "var-files": "terraform/envs/prod.tfvars",
  policy: "apex.yaml",
  cost: "data/cost/*",
  metrics: "data/metrics/*",
  "max-open": "100",
};

let place: Workplace;
let first: Told;

beforeAll(async () => {
  place = await openWorkplace(path.resolve(import.meta.dirname, "../../../../examples/acme"), {
    ".github/CODEOWNERS": "/terraform/ @acme/platform\n/terraform/gpu.tf @ml-lead ops@acme.example\n",
  });
  place.server.state.teams.add("platform");
  console.time('run');
  first = await place.run(INPUTS);
  console.timeEnd('run');
});

afterAll(() => place[Symbol.asyncDispose]());

test("x", () => {
  console.log(first.log);
  console.log(place.git("ls-remote", "origin"));
  expect(place.server.violations).toEqual([]);
});
