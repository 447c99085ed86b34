// What the scripts here are pointed at, and how long they may take.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const LIMIT_MS = 180_000;

/** Reads --transport stdio --server PATH-OF-AGENTCRAFT --root ROOT, or --transport http --url URL, and the script's own options. */
export function readTarget(options = {}) {
  const { values } = parseArgs({
    options: { ...options, ...Object.fromEntries(["transport", "server", "root", "url"].map(name => [name, { type: "string" }])) },
  });
  const isHttp = values.transport === "http";
  assert.ok(isHttp ? values.url : values.transport === "stdio" && values.server && values.root, "stdio needs --server and --root, http needs --url");
  failAfter(LIMIT_MS);
  return { ...values, isHttp, command: values.server, args: ["serve", "--stdio", "--root", values.root] };
}

/** Over HTTP the server can be asked how many requests it works on; over stdio the callers do without. */
export async function runningRequests({ isHttp, url }, expected) {
  let running;
  for (const end = Date.now() + 30_000; isHttp && Date.now() < end; await sleep(20)) {
    ({ runningRequests: running } = await (await fetch(new URL("/health/ready", url))).json());
    if (running === expected) return;
  }
  assert.ok(!isHttp, `the server works on ${running} requests, not on ${expected}`);
}

function failAfter(ms) {
  setTimeout(() => {
    console.error(`Not done after ${ms / 1000} s.`);
    process.exit(1);
  }, ms).unref();
}
