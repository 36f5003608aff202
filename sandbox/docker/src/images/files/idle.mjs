// Keeps a container alive that commands are executed in, until the engine asks it to end. As process 1 it has to say so:
// the kernel drops signals that process 1 does not handle. Orphans are the init's to collect, where the engine has one.
const FOREVER_MS = 2 ** 31 - 1;

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));
setInterval(() => {}, FOREVER_MS);
