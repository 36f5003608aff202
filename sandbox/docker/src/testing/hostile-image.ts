import { execFileSync } from "node:child_process";
import { realpathSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import type { DockerEngine } from "../connect.ts";
import { jsonLines } from "../images/json-lines.ts";
import { tar, type TarEntry } from "../images/tar.ts";

/** Perl is a part of every Debian and Ubuntu, and makes any system call without a compiler. */
const PROGRAMS = ["/usr/bin/perl", "/usr/bin/id"] as const;

/** The programs and the libraries that they need, with the paths at which they look for them. */
function programFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const program of PROGRAMS) {
    files.set(program, realpathSync(program));
    for (const line of execFileSync("ldd", [program]).toString().split("\n")) {
      const path = /(\/\S+) \(0x/.exec(line)?.[1];
      if (path !== undefined) files.set(path, realpathSync(path));
    }
  }
  return files;
}

/**
 * Builds an image on `base` that attacks: it has Perl, an `id` that becomes root for whoever runs it, and a declared
 * volume. Its user is the given one. Returns its id; whoever asked for it removes it.
 */
export async function hostileImage({ docker }: DockerEngine, base: string, user: string): Promise<string> {
  const entries: TarEntry[] = [...programFiles()].map(([path, source]) => ({
    kind: "file",
    path: `rootfs${path}`,
    mode: 0o755,
    source,
    bytes: statSync(source).size,
  }));
  // What is copied loses the bit; what is changed in the image keeps it.
  const setuid = JSON.stringify(["/usr/bin/perl", "-e", "chmod(04755, '/usr/bin/id') or die $!"]);
  const dockerfile = `FROM ${base}\nUSER 0\nCOPY rootfs/ /\nRUN ${setuid}\nVOLUME /data\nUSER ${user}\n`;
  entries.unshift({ kind: "text", path: "Dockerfile", mode: 0o644, content: Buffer.from(dockerfile) });
  const output = await docker.buildImage(Readable.from(tar(entries)), {
    version: "1",
    rm: true,
    forcerm: true,
  });
  let id: string | undefined;
  for await (const line of jsonLines(output as AsyncIterable<Buffer>)) {
    const { aux, error } = line as { readonly aux?: { readonly ID?: string }; readonly error?: string };
    if (error !== undefined) throw new Error(error);
    id = aux?.ID ?? id;
  }
  if (id === undefined) throw new Error("the engine did not name what it built");
  return id;
}
