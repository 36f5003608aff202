import { openDocker } from "../../connect.ts";
import { ensureImages } from "../ensure-images.ts";

// A process for tests that builds the image of a twin until it is killed.
const [twinDirectory = "", cacheDirectory = ""] = process.argv.slice(2);
const engine = await openDocker();
process.stdout.write("begins\n");
await ensureImages(engine, { twinDirectory, terraform: "terraform", cacheDirectory });
process.stdout.write("done\n");
setInterval(() => {}, 1_000_000);
