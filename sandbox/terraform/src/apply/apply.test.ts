import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AppliedResource } from "@apex/core";
import { expect, test } from "vitest";
import { openPlanner } from "../plan/planner.ts";
import type { ApplyResult, PlanRequest } from "../plan/plan-request.ts";
import type { PlannerOptions } from "../plan/prepared-run.ts";
import { INSTANCE_ATTRIBUTES, PROVIDERS, stateText, writeFiles } from "../testing/configuration.ts";

async function apply(request: PlanRequest, options: PlannerOptions = {}): Promise<ApplyResult> {
  const planner = await openPlanner(options);
  try {
    return await planner.apply(request);
  } finally {
    await planner.close();
  }
}

async function applied(request: PlanRequest): Promise<ReadonlyMap<string, AppliedResource>> {
  const { resources, diagnostics } = await apply(request);
  expect(diagnostics).toEqual([]);
  return new Map(resources?.map((resource) => [resource.address, resource]));
}

const FLEET = `
resource "aws_launch_template" "web" {
  name_prefix   = "web-"
  image_id      = "ami-1"
  instance_type = var.size
}
resource "aws_autoscaling_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 4
  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
}
resource "aws_autoscaling_group" "mixed" {
  name     = "mixed"
  min_size = 1
  max_size = 1
  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_name = aws_launch_template.web.name
      }
    }
  }
}
variable "size" {
  type    = string
  default = "m5.large"
}
`;

test("outputs of the root module are told, and which are sensitive", async () => {
  const outputs = `
output "names" {
  value = [for name in ["a", "b"] : upper(name)]
}
output "password" {
  value     = "hunter2"
  sensitive = true
}
`;
  const { outputs: told } = await apply({ directory: writeFiles({ "main.tf": outputs }) });
  expect(told).toMatchObject({
    names: { sensitive: false, value: ["A", "B"] },
    password: { sensitive: true, value: "hunter2" },
  });
});

test("a group and its launch template find each other, by id, by name and by version, also after a resize", async () => {
  const directory = writeFiles({ "main.tf": PROVIDERS + FLEET });
  const state = await applied({ directory });
  const template = state.get("aws_launch_template.web")?.values ?? {};
  expect(template["id"]).toMatch(/^lt-/);
  expect(template["latest_version"]).toBe(1);
  expect(state.get("aws_autoscaling_group.web")?.values["launch_template"]).toEqual([
    { id: template["id"], name: template["name"], version: "1" },
  ]);
  expect(state.get("aws_autoscaling_group.mixed")?.values).toMatchObject({
    mixed_instances_policy: [
      {
        launch_template: [
          {
            launch_template_specification: [
              { launch_template_id: template["id"], launch_template_name: template["name"] },
            ],
          },
        ],
      },
    ],
  });
});

test("a change goes on from the given state: what it does not touch stays, versions count up", async () => {
  const template = {
    id: "lt-0123",
    name: "web-20240101",
    name_prefix: "web-",
    image_id: "ami-1",
    instance_type: "m5.xlarge",
    latest_version: 7,
    default_version: 3,
    arn: "arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-0123",
    tags_all: {},
  };
  const group = {
    id: "web",
    name: "web",
    min_size: 2,
    max_size: 4,
    arn: "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:web",
    launch_template: [{ id: "lt-0123", name: "web-20240101", version: "7" }],
  };
  const text = stateText([
    { type: "aws_launch_template", name: "web", attributes: template },
    { type: "aws_autoscaling_group", name: "web", attributes: group },
    { type: "aws_instance", name: "gone", attributes: INSTANCE_ATTRIBUTES },
  ]);
  const directory = writeFiles({ "main.tf": PROVIDERS + FLEET, "terraform.tfstate": text });
  const before = execFileSync("find", [directory]).toString();
  const state = await applied({ directory, variables: { size: "m5.large" } });
  expect(state.get("aws_launch_template.web")?.values).toMatchObject({
    id: "lt-0123",
    name: "web-20240101",
    instance_type: "m5.large",
    latest_version: 8,
    default_version: 3,
  });
  expect(state.get("aws_autoscaling_group.web")?.values["launch_template"]).toEqual([
    { id: "lt-0123", name: "web-20240101", version: "8" },
  ]);
  expect(state.has("aws_instance.gone")).toBe(false);
  expect(readFileSync(join(directory, "terraform.tfstate"), "utf8")).toBe(text);
  expect(execFileSync("find", [directory]).toString()).toBe(before);
});

test("a service finds its task definition, a group of Google's its template, in modules with keys too", async () => {
  const module = `
resource "aws_ecs_task_definition" "app" {
  family                = var.name
  cpu                   = 1024
  memory                = 2048
  container_definitions = jsonencode([{ name = "app", image = "app" }])
}
resource "aws_ecs_service" "app" {
  name            = var.name
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 3
}
resource "google_compute_instance_template" "app" {
  name_prefix  = "app-"
  machine_type = "e2-medium"
  disk {
    source_image = "debian-12"
  }
  network_interface {
    network = "default"
  }
}
resource "google_compute_instance_group_manager" "app" {
  name               = var.name
  base_instance_name = var.name
  zone               = "europe-west1-b"
  target_size        = 2
  version {
    instance_template = google_compute_instance_template.app.self_link_unique
  }
}
variable "name" {
  type = string
}
`;
  const main = `${PROVIDERS}module "app" {\n  source   = "./app"\n  for_each = toset(["a", "b"])\n  name     = each.key\n}\n`;
  const state = await applied({ directory: writeFiles({ "main.tf": main, "app/main.tf": module }) });
  const at = (rest: string) => state.get(`module.app["b"].${rest}`)?.values ?? {};
  const task = at("aws_ecs_task_definition.app");
  expect(task["arn"]).toBe("arn:aws:ecs:eu-west-1:000000000000:task-definition/b:1");
  expect(at("aws_ecs_service.app")["task_definition"]).toBe(task["arn"]);
  const template = at("google_compute_instance_template.app");
  expect(template["self_link"]).toMatch(
    /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/acme\/global\/instanceTemplates\/./,
  );
  expect(at("google_compute_instance_group_manager.app")["version"]).toMatchObject([
    { instance_template: template["self_link_unique"] },
  ]);
});

test("equal configurations give equal states, and equal resources of one have different ids", async () => {
  const main = `${PROVIDERS}resource "aws_instance" "web" {\n  count         = 3\n  ami           = "ami-1"\n  instance_type = "m5.large"\n}\n`;
  const directory = writeFiles({ "main.tf": main });
  const ids = async () =>
    [...(await applied({ directory })).values()].map(({ values }) => JSON.stringify(values["id"])).toSorted();
  const first = await ids();
  expect(new Set(first).size).toBe(3);
  expect(await ids()).toEqual(first);
});

test("provisioners do not run, trusted or not: there is no machine to set up", async () => {
  const mark = join(writeFiles({}), "started");
  const main = `
resource "terraform_data" "x" {
  input = 1
  provisioner "local-exec" {
    command = "touch ${mark}"
  }
  provisioner "remote-exec" {
    inline = ["true"]
    connection {
      host = "198.18.0.1"
    }
  }
}
`;
  const json = JSON.stringify({
    resource: {
      terraform_data: { y: [{ input: 2, provisioner: [{ "local-exec": { command: `touch ${mark}` } }] }] },
    },
  });
  const directory = writeFiles({ "main.tf": main, "more.tf.json": json });
  await expect(apply({ directory })).rejects.toMatchObject({ code: "configuration-not-trusted" });
  const result = await apply({ directory }, { trust: true });
  expect(result.diagnostics).toEqual([]);
  expect(result.notes).toContain(
    "Provisioners do not run in an apply without a cloud: terraform_data.x, terraform_data.y.",
  );
  expect(result.resources?.map(({ address }) => address).sort()).toEqual([
    "terraform_data.x",
    "terraform_data.y",
  ]);
  expect(existsSync(mark)).toBe(false);
});

test("what Terraform finds wrong is told, and no resources are given", async () => {
  const result = await apply({
    directory: writeFiles({ "main.tf": `${PROVIDERS}resource "aws_instance" "x" {\n  amy = 1\n}\n` }),
  });
  expect(result.resources).toBeNull();
  expect(result.diagnostics.map(({ summary }) => summary)).toContain("Unsupported argument");
});

test("nothing is ever applied to a cloud", async () => {
  const directory = writeFiles({ "main.tf": "" });
  await expect(apply({ directory }, { providers: "real" })).rejects.toThrow(/stand-ins only/);
});
