/** For tests of every package: what needs something that not every machine has. Not for product code. */
export { dockerDescribe, dockerTest } from "./docker-test.ts";
