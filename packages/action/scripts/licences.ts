import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** What a package says of itself. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** The text of its licence file; empty where it ships none. */
  readonly text: string;
}

const LICENCE_FILE = /^(licen[cs]e|copying)(\.(md|txt|mit))?$/i;

/** The directory of the package that a file of node_modules belongs to; `undefined` for our own files. */
function packageDirectory(file: string): string | undefined {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

async function readPackage(directory: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(path.join(directory, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const file = (await readdir(directory)).toSorted().find((name) => LICENCE_FILE.test(name));
  return {
    name: manifest.name,
    version: manifest.version,
    licence: manifest.license ?? "see the text",
    text: file === undefined ? "" : (await readFile(path.join(directory, file), "utf8")).trim(),
  };
}

/** The licences of the packages that files of a bundle are from, as text. `files` are relative to `home`. */
export async function licencesText(home: string, files: readonly string[]): Promise<string> {
  const directories = new Set(files.map(packageDirectory).filter((each) => each !== undefined));
  const packages = await Promise.all([...directories].map((each) => readPackage(path.join(home, each))));
  const sections = packages
    .map(({ name, version, licence, text }) => `${name} ${version}: ${licence}\n\n${text}`.trimEnd())
    .toSorted();
  const line = "-".repeat(80);
  return `Packages in index.js and beside it, and their licences.\n\n${line}\n${sections.join(`\n\n${line}\n`)}\n`;
}
