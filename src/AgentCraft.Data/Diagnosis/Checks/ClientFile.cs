using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>A file in which a client keeps which servers it has.</summary>
/// <param name="Client">Whose.</param>
/// <param name="Path">Where.</param>
/// <param name="IsProjects">It belongs to the project, and so does what it names.</param>
/// <param name="Section">Where in it.</param>
internal sealed record ClientFile(string Client, string Path, bool IsProjects, string Section = "mcpServers")
{
    private const int LargestFile = 64 << 20;

    // VS Code's may have both.
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>All that are there.</summary>
    public static IEnumerable<ClientFile> All(Premises premises)
    {
        string home = premises.Around.Home, settings = SettingsOf(premises);
        return new ClientFile[]
        {
            new("Claude Code", System.IO.Path.Combine(premises.Root, ".mcp.json"), true),
            new("Cursor", System.IO.Path.Combine(premises.Root, ".cursor", "mcp.json"), true),
            new("VS Code", System.IO.Path.Combine(premises.Root, ".vscode", "mcp.json"), true, "servers"),
            new("Claude Code", System.IO.Path.Combine(home, ".claude.json"), false),
            new("Cursor", System.IO.Path.Combine(home, ".cursor", "mcp.json"), false),
            new("VS Code", System.IO.Path.Combine(settings, "Code", "User", "mcp.json"), false, "servers"),
            new("Claude Desktop", System.IO.Path.Combine(settings, "Claude", "claude_desktop_config.json"), false),
        }.DistinctBy(file => file.Path).Where(file => File.Exists(file.Path));
    }

    /// <summary>The entries that are about us and this root.</summary>
    public IReadOnlyList<ClientEntry> Read(Premises premises)
    {
        if (new FileInfo(Path).Length > LargestFile)
            return [];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path), Lenient);
        List<ClientEntry> entries = [.. In(document.RootElement)];
        // Claude Code keeps there what was added for one project only.
        if (!IsProjects && Find(document.RootElement, "projects") is { } projects && Find(projects, premises.Root) is { } own)
            entries.AddRange(In(own));
        return entries;
    }

    private IEnumerable<ClientEntry> In(JsonElement parent) => Find(parent, Section) is not { ValueKind: JsonValueKind.Object } servers ? []
        : servers.EnumerateObject().Where(server => server.Value.ValueKind == JsonValueKind.Object).Select(server => ClientEntry.Of(this, server.Name, server.Value)).OfType<ClientEntry>().ToList();

    private static JsonElement? Find(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement child) ? child : null;

    private static string SettingsOf(Premises premises) => OperatingSystem.IsMacOS() ? System.IO.Path.Combine(premises.Around.Home, "Library", "Application Support")
        : OperatingSystem.IsWindows() ? premises.Around.Variable("APPDATA") ?? System.IO.Path.Combine(premises.Around.Home, "AppData", "Roaming")
        : premises.Around.Variable("XDG_CONFIG_HOME") is { Length: > 0 } configured ? configured : System.IO.Path.Combine(premises.Around.Home, ".config");
}

/// <summary>A server that a client starts, or connects to.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Command">What is started.</param>
/// <param name="Arguments">With what.</param>
/// <param name="Variables">In which environment.</param>
/// <param name="Url">What is connected to; null for one that is started.</param>
internal sealed partial record ClientEntry(ClientFile File, string Name, string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables, string? Url)
{
    private const string Ours = "agentcraft";

    /// <summary>Null for somebody else's.</summary>
    public static ClientEntry? Of(ClientFile file, string name, JsonElement server)
    {
        string command = TextOf(server, "command") ?? "";
        string? url = TextOf(server, "url") ?? TextOf(server, "serverUrl");
        List<string> arguments = server.TryGetProperty("args", out JsonElement args) && args.ValueKind == JsonValueKind.Array
            ? [.. args.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String).Select(word => word.GetString()!)] : [];
        Dictionary<string, string> variables = server.TryGetProperty("env", out JsonElement env) && env.ValueKind == JsonValueKind.Object
            ? env.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).ToDictionary(one => one.Name, one => one.Value.GetString()!) : [];
        bool isOurs = name.Contains(Ours, StringComparison.OrdinalIgnoreCase) || arguments.Prepend(command).Any(word => System.IO.Path.GetFileNameWithoutExtension(word).Equals(Ours, StringComparison.OrdinalIgnoreCase));
        return isOurs && (command.Length > 0 || url is not null) ? new(file, name, command, arguments, variables, url) : null;
    }

    /// <summary>The program, or its assembly, when it is not there; null when all is, or it cannot be told.</summary>
    public string? Missing(Premises premises)
    {
        if (Expanded(Command, premises) is { } command && !IsThere(command, premises))
            return command;
        return Arguments.FirstOrDefault(word => word.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)) is { } written && Expanded(written, premises) is { } assembly
            && !System.IO.File.Exists(System.IO.Path.GetFullPath(assembly, premises.Root)) ? assembly : null;
    }

    /// <summary>The root that it names; null when it names none, or that cannot be told.</summary>
    public string? Root(Premises premises)
    {
        int option = Arguments.ToList().IndexOf("--root");
        string? given = option >= 0 ? Arguments.ElementAtOrDefault(option + 1)
            : Arguments.FirstOrDefault(word => word.StartsWith("--root=", StringComparison.Ordinal))?["--root=".Length..] ?? Variables.GetValueOrDefault("AGENTCRAFT_ROOT");
        return string.IsNullOrEmpty(given) || Expanded(given, premises) is not { } root ? null : System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(root, premises.Root));
    }

    private bool IsThere(string command, Premises premises)
    {
        if (command.Contains('/') || command.Contains('\\'))
            return System.IO.File.Exists(System.IO.Path.GetFullPath(command, premises.Root));
        string[] ends = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat", ""] : [""];
        return (Variables.GetValueOrDefault("PATH") ?? premises.Around.Variable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => ends.Any(end => System.IO.File.Exists(System.IO.Path.Combine(folder, command + end))));
    }

    /// <summary>Variables as clients have them; null when one is not known.</summary>
    private static string? Expanded(string text, Premises premises)
    {
        bool isKnown = true;
        string expanded = Variable().Replace(text, match =>
        {
            string name = match.Groups[1].Value, otherwise = match.Groups[3].Value;
            string? value = name is "workspaceFolder" or "CLAUDE_PROJECT_DIR" ? premises.Root
                : name is "userHome" or "HOME" ? premises.Around.Home
                : name == "pathSeparator" || name == "/" ? "/"
                : premises.Around.Variable(name.StartsWith("env:", StringComparison.Ordinal) ? name["env:".Length..] : name) ?? (match.Groups[2].Success ? otherwise : null);
            isKnown &= value is not null;
            return value ?? "";
        });
        return isKnown ? expanded : null;
    }

    private static string? TextOf(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    [GeneratedRegex(@"\$\{([^}:]+(?::[A-Za-z_][A-Za-z0-9_]*)?)(:-([^}]*))?\}")]
    private static partial Regex Variable();
}
