import { stat } from "node:fs/promises";
import path from "node:path";
import { COMMITTED_PRICES, type PriceBook, priceBook, type ServicePriceTable } from "@apex/catalog";
import { priceFolder } from "@apex/collectors";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { storePlace } from "../store-place.ts";

/** Where the synced price lists lie unless `--into` or `--catalog` say otherwise. */
export function cataloguePlace(io: Pick<Io, "cwd" | "env">, given: string | undefined): string {
  return given === undefined ? path.join(storePlace(io).directory, "catalog") : path.resolve(io.cwd, given);
}

/**
 * The prices to decide by: the committed tables with those of the synced catalogue, where there is one. One that was named and
 * does not exist is a mistake; the one of the usual place need not exist.
 */
export async function loadPrices(io: Pick<Io, "cwd" | "env">, given: string | undefined): Promise<PriceBook> {
  const tables = await loadPriceTables(io, given);
  return tables.length === 0 ? COMMITTED_PRICES : priceBook(tables);
}

/** The tables of the synced catalogue alone, as {@link loadPrices} finds them: what other threads are handed. */
export async function loadPriceTables(
  io: Pick<Io, "cwd" | "env">,
  given: string | undefined,
): Promise<readonly ServicePriceTable[]> {
  const place = cataloguePlace(io, given);
  const isThere = await stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere && given !== undefined) {
    const next = "name the folder that apex catalog sync wrote";
    throw new CommandError(EXIT_CODES.badInput, `--catalog ${given} is no folder: ${next}`);
  }
  return priceFolder(place).tables();
}
