/**
 * Makes what GitHub runs: `dist/index.js` of `src/main.ts` and all that it imports, with the licences of the packages in it and the
 * checksums of every file that the Action reads of this repository. The same sources give the same bytes on every machine.
 */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { licencesText } from "./licences.ts";

const PACKAGE = path.resolve(import.meta.dirname, "..");
const REPOSITORY = path.resolve(PACKAGE, "../..");
const DIST = path.join(PACKAGE, "dist");

/** Read at run time from where they lie: a copy would be a second truth. */
const READ_IN_PLACE = ["sandbox/terraform/data", "sandbox/terraform/src/provider/protocol"];
/** Read at run time from node_modules, which GitHub does not have. */
const SHIPPED = [
  { from: "web-tree-sitter/web-tree-sitter.wasm", user: "generators/hcl" },
  { from: "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm", user: "generators/hcl" },
];

function slashed(file: string): string {
  return file.split(path.sep).join("/");
}

/** Sources find their data beside themselves, and packages find theirs in node_modules: both lie elsewhere seen from the bundle. */
const placesOfData: Plugin = {
  name: "places-of-data",
  setup(context) {
    context.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes("node_modules")) return undefined;
      const text = await readFile(file, "utf8");
      const home = slashed(path.relative(DIST, path.dirname(file)));
      const contents = text
        .replaceAll("import.meta.dirname", `(import.meta.dirname + ${JSON.stringify(`/${home}`)})`)
        .replaceAll(
          /require\.resolve\("([^"]+\.wasm)"\)/g,
          (_, name: string) => `(import.meta.dirname + ${JSON.stringify(`/${path.posix.basename(name)}`)})`,
        );
      return contents === text ? undefined : { contents, loader: "ts" };
    });
  },
};

/** Zod brings its messages in all languages, a tenth of the bundle; nobody here asks for another than English. */
const englishOnly: Plugin = {
  name: "english-only",
  setup(context) {
    context.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
      loader: "js",
    }));
  },
};

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: PACKAGE,
    entryPoints: ["src/main.ts"],
    outfile: "dist/index.js",
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    plugins: [placesOfData, englishOnly],
    // Packages in CommonJS ask for Node's own modules in this way.
    banner: {
      js: 'import { createRequire as apexCreateRequire } from "node:module";\nconst require = apexCreateRequire(import.meta.url);',
    },
  });
  return metafile;
}

async function checksum(file: string): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  return `${digest}  ${slashed(path.relative(DIST, file))}`;
}

async function filesToCheck(): Promise<readonly string[]> {
  const inPlace = await Promise.all(
    READ_IN_PLACE.map(async (directory) => {
      const home = path.join(REPOSITORY, directory);
      return (await readdir(home)).map((name) => path.join(home, name));
    }),
  );
  const own = (await readdir(DIST)).filter((name) => name !== "SHA256SUMS");
  return [...own.map((name) => path.join(DIST, name)), ...inPlace.flat()].toSorted();
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
const metafile = await bundle();
for (const { from, user } of SHIPPED) {
  const require = createRequire(path.join(REPOSITORY, user, "package.json"));
  await copyFile(require.resolve(from), path.join(DIST, path.posix.basename(from)));
}
await writeFile(path.join(DIST, "licenses.txt"), await licencesText(PACKAGE, Object.keys(metafile.inputs)));
const sums = await Promise.all((await filesToCheck()).map(checksum));
await writeFile(path.join(DIST, "SHA256SUMS"), `${sums.join("\n")}\n`);
