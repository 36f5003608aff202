import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, open, realpath } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { SANDBOX_USER } from "../lockdown.ts";
import type { FileMemory } from "./file-memory.ts";
import { nodeFiles } from "./node-files.ts";
import { EXECUTABLE, READABLE, type RootFile, rootFile, rootFilesBelow } from "./root-files.ts";

/** The images of the sandbox. The other two stand on the base and share its layer. */
export type ImageKind = "base" | "twin" | "terraform";

/** What an image is made of. */
export interface ImageContent {
  readonly kind: ImageKind;
  /** "apex/twin:1f0c…": the tag is the digest of everything below, so that the same content has the same reference. */
  readonly reference: string;
  readonly dockerfile: string;
  readonly files: readonly RootFile[];
}

/** Which kind of image of ours an image is. */
export const IMAGE_LABEL = "apex.image";
/** In the build context: everything below it goes to the root of the image. */
export const ROOT_FOLDER = "rootfs";
const TAG_DIGITS = 16;
const FILES = path.join(import.meta.dirname, "files");
const ELF_MAGIC = Buffer.from("\x7fELF", "latin1");

function content(kind: ImageKind, instructions: readonly string[], files: readonly RootFile[]): ImageContent {
  const dockerfile = `${instructions.join("\n")}\n`;
  const hash = createHash("sha256").update(dockerfile);
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) hash.update(`${JSON.stringify([file.path, file.mode, file.digest])}\n`);
  return {
    kind,
    reference: `apex/${kind}:${hash.digest("hex").slice(0, TAG_DIGITS)}`,
    dockerfile,
    files: sorted,
  };
}

function ownFile(name: string, target: string, memory: FileMemory): Promise<RootFile> {
  return rootFile(path.join(FILES, name), { path: target, mode: READABLE }, memory);
}

/** Node and what it needs to run, the names of the user, and nothing else. */
export async function baseContent(node: string, memory: FileMemory): Promise<ImageContent> {
  const { files, libraryFolders } = await nodeFiles(node, memory);
  const searchPath = libraryFolders.length === 0 ? [] : [`ENV LD_LIBRARY_PATH=${libraryFolders.join(":")}`];
  const names = ["passwd", "group", "nsswitch.conf", "hosts"].map((name) =>
    ownFile(name, `/etc/${name}`, memory),
  );
  // What stands below is of modules: Node need not guess from the code.
  const module = ownFile("package.json", "/opt/apex/package.json", memory);
  const instructions = [
    "FROM scratch",
    // First, so that what is left of a build that was cut off can be told as ours.
    `LABEL ${IMAGE_LABEL}=base`,
    "ENV PATH=/usr/local/bin HOME=/tmp",
    ...searchPath,
    `COPY ${ROOT_FOLDER}/ /`,
    `USER ${SANDBOX_USER}`,
    "WORKDIR /tmp",
    'ENTRYPOINT ["node"]',
  ];
  return content("base", instructions, [...files, ...(await Promise.all([...names, module]))]);
}

function isTwinSource(name: string): boolean {
  return (
    name.endsWith(".ts") && !/\.(test|bench)\.ts$/.test(name) && !name.split(path.sep).includes("testing")
  );
}

/** The sources of the twin, which Node runs as they are. */
export async function twinContent(
  twinDirectory: string,
  base: ImageContent,
  memory: FileMemory,
): Promise<ImageContent> {
  const files = await rootFilesBelow(twinDirectory, "/opt/apex/twin", isTwinSource, memory);
  if (!files.some((file) => file.path === "/opt/apex/twin/main.ts")) {
    throw new AdapterError("not-found", `there is no twin in ${twinDirectory}: a main.ts was expected`);
  }
  const instructions = [
    `FROM ${base.reference}`,
    `LABEL ${IMAGE_LABEL}=twin`,
    `COPY ${ROOT_FOLDER}/ /`,
    'ENTRYPOINT ["node","/opt/apex/twin/main.ts"]',
  ];
  return content("twin", instructions, files);
}

async function onSearchPath(name: string): Promise<string> {
  const folders = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const candidates = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
  for (const candidate of candidates) {
    const isExecutable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return realpath(candidate);
  }
  throw new AdapterError("not-found", `${name} is not there: install Terraform 1.5 or newer, or OpenTofu`);
}

async function requireProgram(file: string): Promise<void> {
  await using handle = await open(file);
  const { buffer } = await handle.read({ buffer: Buffer.alloc(ELF_MAGIC.length) });
  if (buffer.equals(ELF_MAGIC)) return;
  throw new AdapterError(
    "invalid",
    `${file} is a script, as version managers put in front of Terraform: put the program itself first on the PATH`,
  );
}

/** Terraform (or OpenTofu under its name) and, in place of a shell, a program that runs nothing. */
export async function terraformContent(
  terraform: string,
  base: ImageContent,
  memory: FileMemory,
): Promise<ImageContent> {
  const program = await onSearchPath(terraform);
  await requireProgram(program);
  const files = await Promise.all([
    rootFile(program, { path: "/usr/local/bin/terraform", mode: EXECUTABLE }, memory),
    rootFile(path.join(FILES, "no-shell.mjs"), { path: "/bin/sh", mode: EXECUTABLE }, memory),
    ownFile("idle.mjs", "/opt/apex/idle.mjs", memory),
  ]);
  const instructions = [
    `FROM ${base.reference}`,
    `LABEL ${IMAGE_LABEL}=terraform`,
    `COPY ${ROOT_FOLDER}/ /`,
    'ENTRYPOINT ["node","/opt/apex/idle.mjs"]',
  ];
  return content("terraform", instructions, files);
}
