import { readFileSync } from "node:fs";
import { readPriceList } from "../read-price-list.ts";

/** `node read-list-process.ts METHOD FILE`: reads a price list in a process of its own and prints what that took. */

async function read(method: string, path: string): Promise<number> {
  if (method === "apex") {
    const signal = new AbortController().signal;
    return (await readPriceList({ path, name: path, region: "eu-north-1" }, signal)).prices;
  }
  const { products } = JSON.parse(readFileSync(path, "utf8")) as { products: object };
  return Object.keys(products).length;
}

const [, , method = "", path = ""] = process.argv;
const prices = await read(method, path);
console.log(JSON.stringify({ prices, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
