import { AdapterError, type ReplayOptions, type ReplaySchedule } from "@apex/core";

const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
const PORT_MAX = 65_535;

function invalid(what: string): never {
  throw new AdapterError("invalid", `This replay cannot be sent: ${what}.`);
}

/** Throws an AdapterError unless the schedule can be sent as it stands. */
export function checkSchedule(schedule: ReplaySchedule): void {
  const { offsetsMs, methods, paths, bodyBytes, workUs, waitUs, durationMs } = schedule;
  const count = offsetsMs.length;
  if (count === 0) invalid("its schedule holds no request");
  for (const column of [methods.codes, paths.codes, bodyBytes, workUs, waitUs]) {
    if (column !== undefined && column.length !== count)
      invalid("the columns of its schedule differ in length");
  }
  let before = 0;
  for (let index = 0; index < count; index++) {
    const offsetMs = offsetsMs[index] ?? Number.NaN;
    if (!(offsetMs >= before))
      invalid(`request ${index} of its schedule has the send time ${offsetMs} ms after ${before} ms`);
    before = offsetMs;
    if (
      (methods.codes[index] ?? 0) >= methods.values.length ||
      (paths.codes[index] ?? 0) >= paths.values.length
    )
      invalid(`request ${index} of its schedule names a method or path that is not there`);
    if (!isWork(workUs?.[index]) || !isWork(waitUs?.[index]))
      invalid(`request ${index} of its schedule has work or wait that is no duration`);
  }
  if (!(durationMs >= before && durationMs < Number.POSITIVE_INFINITY))
    invalid(`its schedule lasts ${durationMs} ms, but the last request is due after ${before} ms`);
  const method = methods.values.find((value) => !METHOD.test(value));
  if (method !== undefined) invalid(`${JSON.stringify(method)} is no HTTP method`);
  if (paths.values.includes("")) invalid("its schedule holds an empty path");
}

/** Throws an AdapterError unless the options make sense. */
export function checkOptions(options: ReplayOptions): void {
  const { targets, timeoutMs, connectionsMax, inFlightMax, warmupRequests } = options;
  if (targets.length === 0) invalid("it has no target");
  const target = targets.find(
    ({ host, port }) => host === "" || !Number.isInteger(port) || port < 1 || port > PORT_MAX,
  );
  if (target !== undefined) invalid(`${target.host}:${target.port} is no address`);
  if (!(timeoutMs > 0 && timeoutMs < Number.POSITIVE_INFINITY)) invalid(`its time limit is ${timeoutMs} ms`);
  if (!(connectionsMax >= targets.length))
    invalid(`${connectionsMax} connections are fewer than one for each of ${targets.length} targets`);
  const cpu = options.cpus?.find((each) => !Number.isInteger(each) || each < 0);
  if (cpu !== undefined) invalid(`${cpu} is no CPU`);
  if (!(inFlightMax >= 1)) invalid(`it allows ${inFlightMax} requests in flight`);
  if (!(Number.isInteger(warmupRequests) && warmupRequests >= 0))
    invalid(`its warm-up has ${warmupRequests} requests`);
}

/** Absent, or a duration. */
function isWork(us: number | undefined): boolean {
  return us === undefined || (us >= 0 && us < Number.POSITIVE_INFINITY);
}
