namespace AgentCraft.Server.Cli;

/// <summary>What a person pastes to connect a client; the same as the files in <c>.mcp/</c>.</summary>
internal static class ClientConfigurations
{
    private const string Name = "agentcraft";

    /// <summary>How this program can be started from anywhere: by name if it is on the PATH, else by its path.</summary>
    public static string Command { get; } = IsOnPath() ? Name : Environment.ProcessPath ?? Name;

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

    private static bool IsOnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? Name + ".exe" : Name)));
}
