namespace AgentCraft.Data.Installation;

/// <summary>A program with agents in it that reads from a file of the project which MCP servers to start.</summary>
/// <param name="Name">As the command line calls it.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Path">Its file, relative to the root.</param>
/// <param name="Section">The object in that file which has the servers by name.</param>
/// <param name="Folder">What stands in the file for the folder that is open; null where servers start in it and nothing stands for it.</param>
public sealed record ClientProgram(string Name, string Title, string Path, string Section, string? Folder)
{
    private const string WorkspaceFolder = "${workspaceFolder}";

    /// <summary>Claude Code; other command line agents read the same file.</summary>
    public static ClientProgram Claude { get; } = new("claude", "Claude Code", ".mcp.json", "mcpServers", null);

    /// <summary>Cursor.</summary>
    public static ClientProgram Cursor { get; } = new("cursor", "Cursor", ".cursor/mcp.json", "mcpServers", WorkspaceFolder);

    /// <summary>Visual Studio Code.</summary>
    public static ClientProgram VsCode { get; } = new("vscode", "VS Code", ".vscode/mcp.json", "servers", WorkspaceFolder);

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<ClientProgram> All { get; } = [Claude, Cursor, VsCode];

    /// <summary>What this client's file has for our server.</summary>
    /// <param name="command">The program and what goes before our own arguments.</param>
    /// <param name="options">What goes behind them.</param>
    public ServerEntry Entry(IReadOnlyList<string> command, params IReadOnlyList<string> options) =>
        new(command[0], [.. command.Skip(1), "serve", "--stdio", .. Folder is null ? [] : new[] { "--root", Folder }, .. options]);

    /// <summary>A whole file with nothing but our server.</summary>
    public string NewFile(ServerEntry entry) => new JsonEdit("{\n}\n").Set(Section, ServerEntry.Name, entry);
}
