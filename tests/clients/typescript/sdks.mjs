// The two lines of the TypeScript SDK, and all that differs between them here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const versionOf = name => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;

export const sdks = {
  async 1() {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    const { ResourceUpdatedNotificationSchema } = await import("@modelcontextprotocol/sdk/types.js");
    return {
      version: versionOf("@modelcontextprotocol/sdk"),
      protocols: { default: "2025-11-25" },
      Client, StdioClientTransport, StreamableHTTPClientTransport,
      clientOptions: () => ({}),
      callTool: (client, call, options) => client.callTool(call, undefined, options),
      async subscribe(client, uri, updated) {
        client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => updated(params.uri));
        await client.subscribeResource({ uri });
        return () => client.unsubscribeResource({ uri });
      },
      // The client does not say; it tells its transport.
      listenForProtocol(client, transport) {
        let protocol;
        const setProtocolVersion = transport.setProtocolVersion?.bind(transport);
        transport.setProtocolVersion = version => {
          protocol = version;
          setProtocolVersion?.(version);
        };
        return () => protocol;
      },
    };
  },

  async 2() {
    const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
    const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
    return {
      version: versionOf("@modelcontextprotocol/client"),
      // Unless told to look for more, it shakes hands as 1.x does.
      protocols: { default: "2025-11-25", auto: "2026-07-28" },
      Client, StdioClientTransport, StreamableHTTPClientTransport,
      clientOptions: negotiate => (negotiate === "auto" ? { versionNegotiation: { mode: "auto" } } : {}),
      callTool: (client, call, options) => client.callTool(call, options),
      async subscribe(client, uri, updated) {
        client.setNotificationHandler("notifications/resources/updated", ({ params }) => updated(params.uri));
        if (client.getNegotiatedProtocolVersion() < "2026-07-28") {
          await client.subscribeResource({ uri });
          return () => client.unsubscribeResource({ uri });
        }
        const subscription = await client.listen({ resourceSubscriptions: [uri] });
        assert.deepEqual(subscription.honoredFilter, { resourceSubscriptions: [uri] });
        return async () => {
          await subscription.close();
          assert.equal(await subscription.closed, "local");
        };
      },
      listenForProtocol: client => () => client.getNegotiatedProtocolVersion(),
    };
  },
};
