// Two clients of the TypeScript SDK, each with a server process of its own on the same root, as two editors would have:
// register, message, wait, reply. Usage: node two-agents.mjs PATH-OF-AGENTCRAFT ROOT
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [server, root] = process.argv.slice(2);

async function connect(agent) {
  const client = new Client({ name: `two-agents-${agent}`, version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: server, args: ["serve", "--stdio", "--root", root] }));
  // The list first: with it the client checks every structured result against the tool's output schema.
  const { tools } = await client.listTools();
  assert.ok(tools.length >= 12, `only ${tools.length} tools`);
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
    return result.structuredContent;
  };
  const brief = await call("start_session", { agent });
  assert.equal(brief.agent.name, agent);
  return { client, call, cursor: brief.cursor, session: brief.session.id };
}

const coder = await connect("coder");
const reviewer = await connect("reviewer");
try {
  assert.equal(reviewer.session, coder.session, "both are in one session");

  const waiting = reviewer.call("wait_for_messages", { agent: "reviewer", cursor: reviewer.cursor, timeoutSeconds: 20 });
  const sent = await coder.call("log_message", { from: "coder", to: "reviewer", content: "Please look at src/upload.cs 👀", type: "request" });
  const request = (await waiting).messages[0];
  assert.equal(request.id, sent.messages[0].id);
  assert.equal(request.content, "Please look at src/upload.cs 👀");

  const answer = coder.call("wait_for_messages", { agent: "coder", cursor: coder.cursor, timeoutSeconds: 20 });
  await reviewer.call("log_message", { from: "reviewer", to: "coder", content: "Looks good.", responseTo: request.id });
  const reply = (await answer).messages[0];
  assert.equal(reply.content, "Looks good.");
  assert.equal(reply.threadId, request.threadId, "the reply is in the request's thread");

  await reviewer.call("acknowledge_messages", { agent: "reviewer", ids: [request.id] });
  assert.equal((await reviewer.call("read_inbox", { agent: "reviewer" })).unread, 0);
  console.log("Two TypeScript clients registered, wrote, waited and replied.");
} finally {
  await Promise.all([coder.client.close(), reviewer.client.close()]);
}
