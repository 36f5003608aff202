import { describe, expect, test } from "vitest";
import { INSTANCE_ATTRIBUTES, PROVIDERS, stateText, writeFiles } from "../testing/configuration.ts";
import { planDirectory } from "./planner.ts";

const WEB = `
resource "aws_instance" "web" {
  ami                    = "ami-0c55b159cbfafe1f0"
  instance_type          = "m5.xlarge"
  subnet_id              = "subnet-0abc"
  vpc_security_group_ids = ["sg-0abc"]
  tags = {
    Name = "web"
  }
  root_block_device {
    volume_type = "gp2"
    volume_size = 30
  }
}
`;

const WEB_STATE = stateText([
  { type: "aws_instance", name: "web", schemaVersion: 1, attributes: INSTANCE_ATTRIBUTES },
]);

async function planText(main: string, state?: string) {
  const directory = writeFiles({ "main.tf": PROVIDERS + main, ...(state ? { "state.json": state } : {}) });
  return planDirectory({ directory, ...(state ? { stateFile: "state.json" } : {}) });
}

describe("a resource that exists", () => {
  test("is a no-op when the configuration says what the real provider has stored", async () => {
    const result = await planText(WEB, WEB_STATE);
    expect(result.diagnostics).toEqual([]);
    expect(result.changes).toEqual([]);
    expect(result.plan?.resources.map((resource) => resource.actions)).toEqual([["no-op"]]);
    expect(result.plan?.resources[0]?.region).toBe("eu-west-1");
  });

  test("changes in place in exactly the edited attribute", async () => {
    const resized = await planText(WEB.replace("m5.xlarge", "m5.large"), WEB_STATE);
    expect(resized.changes).toEqual([
      { address: "aws_instance.web", actions: ["update"], attributes: ["instance_type"], consequences: [] },
    ]);
    const disk = await planText(WEB.replace('"gp2"', '"gp3"'), WEB_STATE);
    expect(disk.changes).toEqual([
      {
        address: "aws_instance.web",
        actions: ["update"],
        attributes: ["root_block_device[0].volume_type"],
        consequences: [],
      },
    ]);
  });

  test("is replaced when an attribute changes that cannot change in place", async () => {
    const moved = await planText(WEB.replace("ami-0c55b159cbfafe1f0", "ami-1"), WEB_STATE);
    expect(moved.changes[0]?.actions).toEqual(["delete", "create"]);
    const arm = await planText(WEB.replace("m5.xlarge", "m7g.xlarge"), WEB_STATE);
    expect(arm.changes[0]?.actions).toEqual(["delete", "create"]);
    const tagged = await planText(WEB.replace('Name = "web"', 'Name = "web2"'), WEB_STATE);
    expect(tagged.changes[0]).toMatchObject({
      actions: ["update"],
      attributes: ["tags.Name", "tags_all.Name"],
    });
  });

  test("is destroyed when its block is gone", async () => {
    const result = await planText("", WEB_STATE);
    expect(result.changes).toEqual([
      { address: "aws_instance.web", actions: ["delete"], attributes: [], consequences: [] },
    ]);
  });

  test("is not what an apply left behind of its former self, which goes whatever the change", async () => {
    const state = JSON.parse(WEB_STATE) as { resources: { instances: object[] }[] };
    const [kept] = state.resources[0]?.instances ?? [];
    state.resources[0]?.instances.push({ ...kept, deposed: "a1b2c3d4" });
    const result = await planText(WEB, JSON.stringify(state));
    expect(result.diagnostics).toEqual([]);
    expect(result.changes).toEqual([]);
    expect(result.plan?.resources.map((resource) => resource.actions)).toEqual([["no-op"]]);
    expect(result.notes).toContain(
      "An earlier apply left objects behind that the next one destroys, whatever it changes: aws_instance.web (deposed a1b2c3d4).",
    );
  });

  test("loses tags that are removed, and default tags of the provider count as its own", async () => {
    const untagged = await planText(WEB.replace(/tags = \{[^}]*\}/, ""), WEB_STATE);
    expect(untagged.changes[0]?.attributes).toContain("tags");
    const defaults = PROVIDERS.replace(
      'region = "eu-west-1"',
      'region = "eu-west-1"\n  default_tags {\n    tags = {\n      Team = "a"\n    }\n  }',
    );
    const directory = writeFiles({ "main.tf": defaults + WEB, "terraform.tfstate": WEB_STATE });
    const tagged = await planDirectory({ directory });
    expect(tagged.changes[0]?.attributes).toEqual(["tags_all.Team"]);
  });
});

test("a new resource has its own values known and the provider's unknown, and blocks of the provider can be indexed", async () => {
  const result = await planText(
    `${WEB}
output "volume" {
  value = aws_instance.web.root_block_device[0].volume_id
}
output "metadata" {
  value = aws_instance.web.metadata_options[0].http_tokens
}`,
  );
  expect(result.diagnostics).toEqual([]);
  const [web] = result.plan?.resources ?? [];
  expect(web?.actions).toEqual(["create"]);
  expect(web?.region).toBe("eu-west-1");
  expect(web?.after).toMatchObject({
    instance_type: "m5.xlarge",
    source_dest_check: true,
    tags_all: { Name: "web" },
    root_block_device: [{ volume_size: 30, delete_on_termination: true }],
  });
  expect(web?.afterUnknown).toMatchObject({ id: true, private_ip: true, metadata_options: true });
});

test("a changed launch template gives its groups a new version to follow", async () => {
  const main = `
resource "aws_launch_template" "worker" {
  name          = "worker"
  image_id      = "ami-1"
  instance_type = "c5.2xlarge"
}
resource "aws_autoscaling_group" "worker" {
  name             = "worker"
  min_size         = 2
  max_size         = 4
  availability_zones = ["eu-west-1a"]
  launch_template {
    id      = aws_launch_template.worker.id
    version = aws_launch_template.worker.latest_version
  }
}`;
  const state = stateText([
    {
      type: "aws_launch_template",
      name: "worker",
      attributes: {
        id: "lt-0abc",
        arn: "arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-0abc",
        name: "worker",
        image_id: "ami-1",
        instance_type: "c5.2xlarge",
        latest_version: 3,
        default_version: 1,
      },
    },
    {
      type: "aws_autoscaling_group",
      name: "worker",
      attributes: {
        id: "worker",
        name: "worker",
        min_size: 2,
        max_size: 4,
        desired_capacity: 2,
        availability_zones: ["eu-west-1a"],
        force_delete: false,
        health_check_grace_period: 300,
        wait_for_capacity_timeout: "10m",
        metrics_granularity: "1Minute",
        protect_from_scale_in: false,
        launch_template: [{ id: "lt-0abc", name: "worker", version: "3" }],
      },
    },
  ]);
  expect((await planText(main, state)).changes).toEqual([]);
  const resized = await planText(main.replace("c5.2xlarge", "c5.xlarge"), state);
  expect(resized.changes).toEqual([
    {
      address: "aws_autoscaling_group.worker",
      actions: ["update"],
      attributes: ["launch_template[0].version"],
      consequences: ["launch_template[0].version"],
    },
    {
      address: "aws_launch_template.worker",
      actions: ["update"],
      attributes: ["instance_type", "latest_version"],
      consequences: ["latest_version"],
    },
  ]);
});

test("Google: names stand for the links of the state, labels for those of the provider, a resize asks for permission", async () => {
  const main = `
resource "google_compute_instance" "app" {
  name         = "app"
  machine_type = "n2-standard-8"
  zone         = "europe-west1-b"
  labels = {
    team = "a"
  }
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
      size  = 50
      type  = "pd-balanced"
    }
  }
  network_interface {
    network = "default"
  }
}`;
  const link = "https://www.googleapis.com/compute/v1/projects";
  const state = stateText([
    {
      type: "google_compute_instance",
      name: "app",
      schemaVersion: 6,
      attributes: {
        id: "projects/acme/zones/europe-west1-b/instances/app",
        name: "app",
        project: "acme",
        machine_type: "n2-standard-8",
        zone: "europe-west1-b",
        labels: { team: "a" },
        terraform_labels: { team: "a", "goog-terraform-provisioned": "true" },
        effective_labels: { team: "a", "goog-terraform-provisioned": "true" },
        can_ip_forward: false,
        deletion_protection: false,
        description: "",
        allow_stopping_for_update: null,
        boot_disk: [
          {
            auto_delete: true,
            device_name: "persistent-disk-0",
            mode: "READ_WRITE",
            source: `${link}/acme/zones/europe-west1-b/disks/app`,
            initialize_params: [
              {
                image: `${link}/debian-cloud/global/images/debian-12-bookworm-v20240110`,
                size: 50,
                type: "pd-balanced",
                labels: {},
              },
            ],
          },
        ],
        network_interface: [
          {
            network: `${link}/acme/global/networks/default`,
            network_ip: "10.132.0.5",
            access_config: [],
            name: "nic0",
            stack_type: "IPV4_ONLY",
          },
        ],
        scheduling: [
          {
            automatic_restart: true,
            preemptible: false,
            on_host_maintenance: "MIGRATE",
            provisioning_model: "STANDARD",
          },
        ],
      },
    },
  ]);
  expect((await planText(main, state)).changes).toEqual([]);
  const resized = await planText(main.replace("n2-standard-8", "n2-standard-4"), state);
  expect(resized.changes).toEqual([
    {
      address: "google_compute_instance.app",
      actions: ["update"],
      attributes: ["machine_type"],
      consequences: [],
    },
  ]);
  expect(resized.diagnostics).toMatchObject([{ severity: "warning", summary: "Apply will be refused" }]);
  const labelled = await planText(main.replace('team = "a"', 'team = "b"'), state);
  expect(labelled.changes[0]?.attributes).toEqual([
    "effective_labels.team",
    "labels.team",
    "terraform_labels.team",
  ]);
});

test("modules may tell the providers who calls", async () => {
  const meta = (name: string, text: string) =>
    `terraform {\n  provider_meta "${name}" {\n    ${text}\n  }\n}\n`;
  const directory = writeFiles({
    "main.tf": `${PROVIDERS}${meta("aws", 'user_agent = ["acme/1.0"]')}resource "aws_ebs_volume" "v" {\n  availability_zone = "eu-west-1a"\n  size              = 1\n}\n`,
    "google.tf": `${meta("google", 'module_name = "acme"')}resource "google_compute_address" "a" {\n  name = "a"\n}\n`,
  });
  const result = await planDirectory({ directory });
  expect(result.diagnostics).toEqual([]);
  expect(result.changes).toHaveLength(2);
});
