import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { ServicePriceTable } from "@apex/catalog";
import {
  type PriceFileHeader,
  readPriceFile,
  readPriceFileHeader,
  writePriceFile,
} from "@apex/catalog/price-list";
import { AdapterError } from "@apex/core";
import { messageOf } from "../files/errors.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** What one price list takes at most when unpacked: the largest region's is some 20 MB. */
const UNPACKED_BYTES_MAX = 512 * 1024 ** 2;

const SUFFIX = ".prices.gz";

/** A list of a provider in a region: one file of the catalogue. */
export type PriceListKey = Pick<PriceFileHeader, "provider" | "list" | "region">;

/** The catalogue on disk: a file for each list and region, replaced as a whole. */
export interface PriceFolder {
  /** Where an interrupted download of a list lies. */
  downloadPath(key: PriceListKey): string;
  /** The header of what is there; `undefined` when there is nothing, or nothing that can be read. */
  header(key: PriceListKey): Promise<PriceFileHeader | undefined>;
  /** All headers, ordered by provider, list and region. */
  headers(): Promise<readonly PriceFileHeader[]>;
  /** All tables. Throws an AdapterError that names the file that is damaged. */
  tables(): Promise<readonly ServicePriceTable[]>;
  /** Throws an AdapterError for what could not be read again; what was there stays. */
  replace(
    header: Omit<PriceFileHeader, "format" | "tables">,
    tables: readonly ServicePriceTable[],
  ): Promise<void>;
}

function fileName({ provider, list, region }: PriceListKey): string {
  return `${provider}_${list}_${region}`;
}

async function readText(path: string): Promise<string> {
  const bytes = await unpack(await readFile(path), { maxOutputLength: UNPACKED_BYTES_MAX });
  return bytes.toString("utf8");
}

async function parsed<T>(path: string, parse: (text: string) => T): Promise<T> {
  try {
    return parse(await readText(path));
  } catch (error) {
    const next = "remove it and run apex catalog sync again";
    throw new AdapterError("invalid", `${path} is damaged (${messageOf(error)}); ${next}`, { cause: error });
  }
}

function textOf(...[header, tables]: Parameters<typeof writePriceFile>): string {
  try {
    return writePriceFile(header, tables);
  } catch (error) {
    const summary = `${fileName(header)} cannot be kept (${messageOf(error)}); fetch the price list again`;
    throw new AdapterError("invalid", summary, { cause: error });
  }
}

/** Opens the catalogue in a folder, which need not exist yet. */
export function priceFolder(path: string): PriceFolder {
  const place = (key: PriceListKey): string => join(path, `${fileName(key)}${SUFFIX}`);
  const files = async (): Promise<readonly string[]> => {
    const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw new AdapterError("invalid", `the catalogue ${path} cannot be read: ${error.message}`, {
        cause: error,
      });
    });
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .toSorted()
      .map((name) => join(path, name));
  };
  return {
    downloadPath: (key) => join(path, "downloads", fileName(key)),
    header: async (key) => await parsed(place(key), readPriceFileHeader).catch(() => undefined),
    headers: async () => await Promise.all((await files()).map((file) => parsed(file, readPriceFileHeader))),
    tables: async () => {
      const all = await Promise.all((await files()).map((file) => parsed(file, readPriceFile)));
      return all.flatMap(({ tables }) => tables);
    },
    replace: async (header, tables) => {
      await mkdir(path, { recursive: true });
      const text = textOf(header, tables);
      const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
      const temporary = `${place(header)}.${process.pid}.${digest}.tmp`;
      try {
        await writeFile(temporary, await pack(text), { mode: 0o644, flush: true });
        await rename(temporary, place(header));
      } finally {
        await rm(temporary, { force: true });
      }
    },
  };
}
