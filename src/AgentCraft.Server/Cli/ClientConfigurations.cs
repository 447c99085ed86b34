using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Installation;

namespace AgentCraft.Server.Cli;

/// <summary>What a person pastes to connect a client; the same as the files in <c>.mcp/</c>.</summary>
internal static class ClientConfigurations
{
    private const string Name = ServerEntry.Name;
    private const string TokenVariable = "AGENTCRAFT_TOKEN";

    /// <summary>How this program can be started from anywhere: by name if it is on the PATH, else by its path.</summary>
    public static string Command { get; } = IsOnPath() ? Name : Environment.ProcessPath ?? Name;

    /// <summary>What goes before our own arguments: our assembly, when it is the runtime's program that runs.</summary>
    public static string[] Arguments { get; } = Path.GetFileNameWithoutExtension(Command) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "agentcraft.dll")] : [];

    /// <summary>For a server that each client starts itself, as <c>agentcraft install</c> writes it.</summary>
    public static string Stdio(IReadOnlyList<string> command) => string.Join('\n', ClientProgram.All.Select(client =>
        client == ClientProgram.Claude ? $"  {client.Title}   claude mcp add {Name} -- {client.Entry(command).ToCommandLine()}"
        : $"  {client.Title,-13} {client.Path,-18} {{\"{client.Section}\": {{\"{Name}\": {client.Entry(command)}}}}}"));

    /// <summary>For one server that runs already.</summary>
    /// <param name="mcp">Its endpoint.</param>
    /// <param name="withToken">It asks who calls: each client takes its token from an environment variable, so that it stands in no file.</param>
    public static string Http(Uri mcp, bool withToken = false) => $$$"""
          Claude Code   {{{ClaudeCommand(mcp, withToken)}}}
                        or .mcp.json       {{{InMcpServers(Claude(mcp, withToken))}}}
          Cursor        .cursor/mcp.json   {{{InMcpServers(Cursor(mcp, withToken))}}}
          VS Code       .vscode/mcp.json   {{{VsCodeFile(mcp, withToken)}}}
        """ + (withToken ? $"\n\nThis server asks who calls: before you start a client, put its token into the variable {TokenVariable}. Keep tokens out of files and URLs." : "");

    /// <summary>The same, for programs.</summary>
    public static string HttpJson(Uri mcp, string root, bool withToken = false) => new JsonObject
    {
        ["url"] = mcp.ToString(),
        ["root"] = root,
        ["tokenVariable"] = withToken ? TokenVariable : null,
        ["clients"] = new JsonObject
        {
            ["claudeCode"] = new JsonObject { ["command"] = ClaudeCommand(mcp, withToken), ["file"] = ".mcp.json", ["content"] = JsonNode.Parse(InMcpServers(Claude(mcp, withToken))) },
            ["cursor"] = new JsonObject { ["file"] = ".cursor/mcp.json", ["content"] = JsonNode.Parse(InMcpServers(Cursor(mcp, withToken))) },
            ["vscode"] = new JsonObject { ["file"] = ".vscode/mcp.json", ["content"] = JsonNode.Parse(VsCodeFile(mcp, withToken)) },
        },
    }.ToJsonString(new JsonSerializerOptions { Encoder = new Data.PlainJsonEncoder(), DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull });

    private static string InMcpServers(string server) => $$$"""{"mcpServers": {"agentcraft": {{{server}}}}}""";

    // In single quotes the shell leaves the variable for the client to read, and keeps the token out of its history and the file.
    private static string ClaudeCommand(Uri mcp, bool withToken) =>
        $"claude mcp add --transport http {Name} {mcp}{(withToken ? $" --header 'Authorization: Bearer ${{{TokenVariable}}}'" : "")}";

    private static string Claude(Uri mcp, bool withToken) => $$"""{"type": "http", "url": "{{mcp}}"{{Header(withToken, $"${{{TokenVariable}}}")}}}""";

    private static string Cursor(Uri mcp, bool withToken) => $$"""{"url": "{{mcp}}"{{Header(withToken, $"${{env:{TokenVariable}}}")}}}""";

    // VS Code asks for it once and keeps it where the system keeps secrets.
    private static string VsCodeFile(Uri mcp, bool withToken)
    {
        string inputs = withToken ? "\"inputs\": [{\"type\": \"promptString\", \"id\": \"agentcraft-token\", \"description\": \"AgentCraft token\", \"password\": true}], " : "";
        string server = $$"""{"type": "http", "url": "{{mcp}}"{{Header(withToken, "${input:agentcraft-token}")}}}""";
        return $$$"""{{{{inputs}}}"servers": {"agentcraft": {{{server}}}}}""";
    }

    private static string Header(bool withToken, string token) => withToken ? $$""", "headers": {"Authorization": "Bearer {{token}}"}""" : "";

    private static bool IsOnPath() => ProgramPath.Find(Name) is not null;
}
