import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

/** A folder with these files until the test is over. */
export async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "apex-cost-difference-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** Runs `apex cost` there. */
export async function cost(cwd: string, ...words: readonly string[]) {
  const io = recordedIo({ cwd });
  const exitCode = await runCli(["cost", ...words], io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

/** A plan in JSON that creates these in us-east-1: `aws_instance.r0`, ... */
export function planOf(...resources: readonly { readonly type: string; readonly after: object }[]): string {
  return JSON.stringify({
    format_version: "1.2",
    planned_values: {},
    resource_changes: resources.map(({ type, after }, index) => ({
      address: `${type}.r${index}`,
      mode: "managed",
      type,
      name: `r${index}`,
      provider_name: "registry.terraform.io/hashicorp/aws",
      change: {
        actions: ["create"],
        before: null,
        after: { region: "us-east-1", ...after },
        after_unknown: {},
      },
    })),
  });
}
