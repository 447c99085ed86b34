using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentCraft.Server.Cli;

/// <summary>What a person pastes to connect a client; the same as the files in <c>.mcp/</c>.</summary>
internal static class ClientConfigurations
{
    private const string Name = "agentcraft";

    /// <summary>How this program can be started from anywhere: by name if it is on the PATH, else by its path.</summary>
    public static string Command { get; } = IsOnPath() ? Name : Environment.ProcessPath ?? Name;

    /// <summary>What goes before our own arguments: our assembly, when it is the runtime's program that runs.</summary>
    public static string[] Arguments { get; } = Path.GetFileNameWithoutExtension(Command) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "agentcraft.dll")] : [];

    /// <summary>For a server that each client starts itself.</summary>
    public static string Stdio(string command)
    {
        string server = $$"""{"command": "{{command.Replace("\\", "\\\\")}}", "args": ["serve", "--stdio", "--root", "${workspaceFolder}"]}""";
        return $$$"""
              Claude Code   claude mcp add agentcraft -- {{{command}}} serve --stdio
              Cursor        .cursor/mcp.json   {"mcpServers": {"agentcraft": {{{server}}}}}
              VS Code       .vscode/mcp.json   {"servers": {"agentcraft": {{{server}}}}}
            """;
    }

    /// <summary>For one server that runs already.</summary>
    public static string Http(Uri mcp) => $$$"""
          Claude Code   claude mcp add --transport http agentcraft {{{mcp}}}
                        or .mcp.json       {{{InMcpServers(Typed(mcp))}}}
          Cursor        .cursor/mcp.json   {{{InMcpServers(Untyped(mcp))}}}
          VS Code       .vscode/mcp.json   {"servers": {"agentcraft": {{{Typed(mcp)}}}}}
        """;

    /// <summary>The same, for programs.</summary>
    public static string HttpJson(Uri mcp, string root) => new JsonObject
    {
        ["url"] = mcp.ToString(),
        ["root"] = root,
        ["clients"] = new JsonObject
        {
            ["claudeCode"] = new JsonObject { ["command"] = $"claude mcp add --transport http {Name} {mcp}", ["file"] = ".mcp.json", ["content"] = JsonNode.Parse(InMcpServers(Typed(mcp))) },
            ["cursor"] = new JsonObject { ["file"] = ".cursor/mcp.json", ["content"] = JsonNode.Parse(InMcpServers(Untyped(mcp))) },
            ["vscode"] = new JsonObject { ["file"] = ".vscode/mcp.json", ["content"] = JsonNode.Parse($$$"""{"servers": {"agentcraft": {{{Typed(mcp)}}}}}""") },
        },
    }.ToJsonString(new JsonSerializerOptions { Encoder = new Data.PlainJsonEncoder() });

    private static string InMcpServers(string server) => $$$"""{"mcpServers": {"agentcraft": {{{server}}}}}""";

    private static string Typed(Uri mcp) => $$"""{"type": "http", "url": "{{mcp}}"}""";

    private static string Untyped(Uri mcp) => $$"""{"url": "{{mcp}}"}""";

    private static bool IsOnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? Name + ".exe" : Name)));
}
