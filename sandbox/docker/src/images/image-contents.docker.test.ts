/**
 * What is in the images, seen from outside and from inside. What runs in them is not trusted, so each thing that they offer
 * to it is counted: no shell but ours, no file with special rights, no place to write but /tmp.
 */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { SANDBOX_USER } from "../lockdown.ts";
import { LABELS } from "../run/labels.ts";
import { parseOwner } from "../run/owner.ts";
import { ensureImages, type ImageReferences } from "./ensure-images.ts";
import { type Ran, runIn } from "./testing/run-in.ts";

const RUN = `image-contents-${randomUUID()}`;
const KINDS = ["base", "twin", "terraform"] as const;
type Kind = (typeof KINDS)[number];
const IMAGE_BYTES_MAX: Readonly<Record<Kind, number>> = { base: 200e6, twin: 200e6, terraform: 350e6 };
/** Programs that the images offer on purpose. */
const PROGRAMS: Readonly<Record<Kind, readonly string[]>> = {
  base: ["usr/local/bin/node"],
  twin: ["usr/local/bin/node"],
  terraform: ["bin/sh", "usr/local/bin/node", "usr/local/bin/terraform"],
};
/** The engine puts these into every container, whatever its image is. */
const OF_THE_ENGINE = /^(\.dockerenv|(dev|proc|sys)(\/.*)?|etc\/(hostname|hosts|resolv\.conf|mtab))$/;
const LIBRARY = /(^|\/)(ld-[^/]*|lib[^/]*)\.so(\.[0-9.]+)?$/;

interface Entry {
  readonly mode: string;
  readonly owner: string;
  readonly path: string;
}

const cache = mkdtempSync(path.join(tmpdir(), "apex-contents-"));
let engine: DockerEngine;
let images: ImageReferences;
const contents = new Map<Kind, readonly Entry[]>();

const reference = (kind: Kind) => images[kind] ?? "";
const run = (
  kind: Kind,
  command: readonly string[],
  options: { mount?: string; env?: readonly string[] } = {},
): Promise<Ran> => runIn(engine, command, { runId: RUN, image: reference(kind), ...options });

/** Everything in an image, as the system's tar lists it. */
async function list(kind: Kind): Promise<readonly Entry[]> {
  const container = await engine.docker.createContainer({
    Image: reference(kind),
    Labels: { "apex.run": RUN },
  });
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await container.export()) chunks.push(chunk as Buffer);
    const listed = execFileSync("tar", ["-tvf", "-", "--numeric-owner"], {
      input: Buffer.concat(chunks),
      encoding: "utf8",
      maxBuffer: 16 * 1024 * 1024,
    });
    return listed
      .trim()
      .split("\n")
      .map((line) => {
        const [mode = "", owner = "", _size, _day, _time, ...name] = line.split(/\s+/);
        return { mode, owner, path: name.join(" ").replace(/\/$| -> .*$/, "") };
      })
      .filter((entry) => !OF_THE_ENGINE.test(entry.path));
  } finally {
    await container.remove({ force: true });
  }
}

dockerDescribe("what is in an image", () => {
  beforeAll(async () => {
    engine = await openDocker();
    images = await ensureImages(engine, {
      twinDirectory: path.resolve(import.meta.dirname, "../../../twin/src"),
      terraform: "terraform",
      cacheDirectory: cache,
    });
    for (const kind of KINDS) contents.set(kind, await list(kind));
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  const entries = (kind: Kind) => contents.get(kind) ?? [];

  describe.each(KINDS)("%s", (kind) => {
    test("programs are those that it offers on purpose, and the libraries of Node", () => {
      const executable = entries(kind).filter(({ mode }) => mode.startsWith("-") && mode.includes("x"));
      const programs = executable.map((entry) => entry.path).filter((file) => !LIBRARY.test(file));
      expect(programs.toSorted()).toEqual(PROGRAMS[kind]);
      expect(executable.length).toBeGreaterThan(programs.length);
    });

    test("no file has special rights, is a link or a device, or belongs to anybody but root", () => {
      const odd = entries(kind).filter(
        ({ mode, owner }) => !/^[d-]/.test(mode) || /s/i.test(mode) || owner !== "0/0",
      );
      expect(odd).toEqual([]);
      expect(entries(kind).length).toBeGreaterThan(10);
    });

    test("others than root may write to /tmp and nowhere else", () => {
      const writable = entries(kind).filter(({ mode }) => mode[5] === "w" || mode[8] === "w");
      expect(writable).toEqual([{ mode: "drwxrwxrwt", owner: "0/0", path: "tmp" }]);
    });

    test("runs as the sandbox's user, in /tmp, and says whose it is", async () => {
      const { Config } = await engine.docker.getImage(reference(kind)).inspect();
      expect(Config.User).toBe(SANDBOX_USER);
      expect(Config.WorkingDir).toBe("/tmp");
      const { [LABELS.owner]: builder, ...labels } = Config.Labels ?? {};
      expect(labels).toEqual({ "apex.image": kind });
      // Who has built it. One that a machine has had for long, or that was built from its Dockerfile, does not tell.
      expect(builder === undefined || parseOwner(builder) !== undefined).toBe(true);
      expect(Config.Env).toEqual(["PATH=/usr/local/bin", "HOME=/tmp"]);
      expect([Config.ExposedPorts ?? {}, Config.Volumes ?? {}]).toEqual([{}, {}]);
    });

    test("a process in it is the user with its name, finds nothing to write to but /tmp, and has no other program", async () => {
      const script = `
        const { accessSync, constants, readdirSync } = require("node:fs");
        const { spawnSync } = require("node:child_process");
        const { userInfo } = require("node:os");
        const writable = [];
        const skipped = new Set(["/proc", "/sys", "/dev"]);
        const walk = (folder) => {
          for (const entry of readdirSync(folder, { withFileTypes: true })) {
            const file = folder === "/" ? "/" + entry.name : folder + "/" + entry.name;
            if (skipped.has(file)) continue;
            try { accessSync(file, constants.W_OK); writable.push(file); } catch {}
            if (entry.isDirectory()) walk(file);
          }
        };
        walk("/");
        const programs = ["bash", "busybox", "perl", "python3", "wget", "curl", "apk", "apt-get", "su"];
        const found = programs.filter((name) => spawnSync(name, ["--help"]).error?.code !== "ENOENT");
        const { uid, gid, username, homedir } = userInfo();
        console.log(JSON.stringify({ uid, gid, username, homedir, groups: process.getgroups(), writable, found }));`;
      const { exitCode, output } = await run(kind, ["node", "-e", script]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(output)).toEqual({
        uid: 65532,
        gid: 65532,
        username: "apex",
        homedir: "/tmp",
        groups: [65532],
        writable: ["/tmp"],
        found: [],
      });
    });

    test("is not larger than what it holds explains", async () => {
      const { Size } = await engine.docker.getImage(reference(kind)).inspect();
      expect(Size).toBeLessThan(IMAGE_BYTES_MAX[kind]);
    });
  });

  test("the twin and the base have no shell at all", async () => {
    for (const kind of ["base", "twin"] as const)
      await expect(run(kind, ["/bin/sh", "-c", "true"])).rejects.toThrow("no such file or directory");
  });

  test("the shell of the Terraform image says that it runs nothing, runs nothing, and is content", async () => {
    const { exitCode, output } = await run("terraform", ["/bin/sh", "-c", "echo $((40+2)); exit 7"]);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: "apex: local-exec does not run in the sandbox\n",
    });
  });

  test("an apply with local-exec provisioners goes through, and none of them has run", async () => {
    const project = mkdtempSync(path.join(tmpdir(), "apex-local-exec-"));
    try {
      writeFileSync(
        path.join(project, "main.tf"),
        `resource "terraform_data" "default" {
  provisioner "local-exec" {
    command = "echo pwned-$((40+2)) > /tmp/pwned"
  }
  provisioner "local-exec" {
    interpreter = ["/bin/bash", "-c"]
    on_failure  = continue
    command     = "echo pwned-$((40+2)) > /tmp/pwned"
  }
}
output "pwned" {
  value      = fileexists("/tmp/pwned")
  depends_on = [terraform_data.default]
}
`,
      );
      chmodSync(project, 0o755);
      const { exitCode, output } = await run(
        "terraform",
        ["terraform", "-chdir=/work", "apply", "-auto-approve", "-no-color", "-state=/tmp/state"],
        { mount: project, env: ["CHECKPOINT_DISABLE=1", "TF_DATA_DIR=/tmp/data"] },
      );
      expect(output).toContain("apex: local-exec does not run in the sandbox");
      expect(output).toContain("pwned = false");
      expect(output).not.toContain("pwned-42");
      expect(exitCode).toBe(0);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });

  test("the Terraform image idles until it is asked to end, and then ends at once", async () => {
    const container = await engine.docker.createContainer({
      Image: reference("terraform"),
      Labels: { "apex.run": RUN },
      HostConfig: { NetworkMode: "none" },
    });
    try {
      await container.start();
      const terraform = await container.exec({
        Cmd: ["terraform", "version"],
        AttachStdout: true,
        Tty: true,
      });
      let printed = "";
      for await (const chunk of await terraform.start({})) printed += String(chunk);
      expect(printed).toMatch(/(Terraform|OpenTofu) v/);
      // Killed after ten minutes if it did not listen: the exit code would be 137.
      await container.stop({ t: 600 });
      const { State } = await container.inspect();
      expect(State.ExitCode).toBe(0);
    } finally {
      await container.remove({ force: true });
    }
  });
});
