// The official inspector's command line, as two agents that are a process each call: list the tools, register, message, wait, reply.
// Usage: node inspector.mjs [--era modern] --transport … (see target.mjs)
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readTarget, runningRequests } from "./target.mjs";

const program = fileURLToPath(new URL("node_modules/.bin/mcp-inspector", import.meta.url));
const target = readTarget({ era: { type: "string", default: "legacy" } });
const server = target.isHttp ? ["--server-url", target.url] : [target.command, ...target.args];

/** A process of its own that connects, asks one thing, prints the answer and ends. */
async function inspect(...request) {
  const options = ["--cli", "--transport", target.transport, "--protocol-era", target.era, "--format", "json", "--quiet", ...request];
  const { stdout } = await promisify(execFile)(program, [...options, ...server], { timeout: 90_000, killSignal: "SIGTERM" });
  return JSON.parse(stdout).result;
}

async function call(tool, args) {
  const result = await inspect("--method", "tools/call", "--tool-name", tool, "--tool-args-json", JSON.stringify(args));
  assert.ok(!result.isError, `${tool}: ${JSON.stringify(result.content)}`);
  return result.structuredContent;
}

const { tools } = await inspect("--method", "tools/list");
assert.ok(tools.some(tool => tool.name === "start_session"), "start_session is among the tools");

const coder = await call("start_session", { agent: "coder" });
const reviewer = await call("start_session", { agent: "reviewer" });
assert.equal(reviewer.session.id, coder.session.id, "both are in one session");

const waiting = call("wait_for_messages", { agent: "reviewer", cursor: reviewer.cursor, timeoutSeconds: 50 });
await runningRequests(target, 1);
const sent = await call("log_message", { from: "coder", to: "reviewer", content: "Please look at src/upload.cs 👀", type: "request" });
const request = (await waiting).messages[0];
assert.equal(request.id, sent.messages[0].id);
assert.equal(request.content, "Please look at src/upload.cs 👀");

await call("log_message", { from: "reviewer", to: "coder", content: "Looks good.", responseTo: request.id });
const reply = (await call("wait_for_messages", { agent: "coder", cursor: coder.cursor })).messages[0];
assert.equal(reply.content, "Looks good.");
assert.equal(reply.responseTo, request.id);
assert.equal(reply.threadId, request.threadId, "the reply is in the request's thread");
console.log(`Inspector, ${target.transport}, ${target.era} era: listed the tools, registered, wrote, waited and replied, each in a process of its own.`);
