import { expect, test } from "vitest";
import { namesFile } from "./names-file.ts";

test.each([
  ["tags = { env = var.env, other = each.value.env }", "infra/.env", false],
  ['value = local.key.pem + "x"', "infra/key.pem", false],
  ['file("monkey.pem")', "infra/key.pem", false],
  ['file(".env.example")', "infra/.env", false],
  ['file("key.pem")', "infra/key.pem", true],
  ['file("key.pem")', "other/key.pem", false],
  ['file("./key.pem")', "infra/key.pem", true],
  [`file("\${path.module}/key.pem")`, "modules/m/key.pem", true],
  [`file("\${path.module}/keys/key.pem")`, "modules/m/keys/key.pem", true],
  [`file("\${path.module}/keys/key.pem")`, "modules/m/other/key.pem", false],
  ['path = "../network/terraform.tfstate"', "network/terraform.tfstate", true],
  ['path = "../network/terraform.tfstate"', "infra/terraform.tfstate", false],
  ['path = "/home/me/project/network/terraform.tfstate"', "network/terraform.tfstate", true],
  ["user_data = <<E\n. /etc/app/.env\nE", "infra/.env", false],
  ['path = "key.pem"', "key.pem", false],
] as const)("%s of %s: %s", (text, place, isNamed) => {
  expect(namesFile(text, place, "infra")).toBe(isNamed);
});
