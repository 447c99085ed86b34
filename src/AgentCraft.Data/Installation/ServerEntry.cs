using System.Text.Json;
using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Installation;

/// <summary>How a client starts our server, as its configuration has it.</summary>
/// <param name="Command">The program, by name or path.</param>
/// <param name="Args">Its arguments.</param>
public sealed record ServerEntry(string Command, IReadOnlyList<string> Args)
{
    /// <summary>Ours, in every client's configuration.</summary>
    public const string Name = "agentcraft";

    private static readonly PlainJsonEncoder Encoder = new();

    /// <summary>Variables that a person has added, by name; no part of what makes two entries equal.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where a person has it started; null for the project.</summary>
    public string? Directory { get; init; }

    /// <summary>Its arguments as JSON.</summary>
    internal string ArgsText => $"[{string.Join(", ", Args.Select(Quoted))}]";

    /// <summary>On one line.</summary>
    public override string ToString() => $"{{{string.Join(", ", Fields())}}}";

    /// <summary>As a person would type it.</summary>
    public string ToCommandLine() => string.Join(' ', Args.Prepend(Command).Select(word => word.Length == 0 || word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word));

    /// <summary>The same with the folder that is open in the place of what stands for it.</summary>
    public ServerEntry In(string root)
    {
        return this with
        {
            Args = [.. Args.Select(Resolved)],
            Environment = Environment.ToDictionary(variable => variable.Key, variable => Resolved(variable.Value)),
            Directory = Directory is null ? null : Resolved(Directory),
        };

        string Resolved(string text) => text.Replace(ClientProgram.Cursor.Folder!, root, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public bool Equals(ServerEntry? other) => other is not null && Command == other.Command && Args.SequenceEqual(other.Args);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Command, Args.Count);

    /// <summary>On lines of its own.</summary>
    /// <param name="newLine">How lines end.</param>
    /// <param name="indent">What is before its closing brace.</param>
    /// <param name="unit">What a level is indented by.</param>
    internal string ToText(string newLine, string indent, string unit) =>
        $"{{{newLine}{string.Join("," + newLine, Fields().Select(field => indent + unit + field))}{newLine}{indent}}}";

    /// <summary>What a file says; null for a server that is not started but connected to, or is none.</summary>
    internal static ServerEntry? Of(ConfigNode server) => server is { Kind: NodeKind.Object } && server.TextOf("command") is { } command
        ? new(command, [.. server.ListOf("args").Select(arg => arg.Text)])
        {
            Environment = server.Find("env") is { Kind: NodeKind.Object } variables ? variables.Fields.ToDictionary(field => field.Name, field => field.Value.Text) : new Dictionary<string, string>(),
            Directory = server.TextOf("cwd"),
        }
        : null;

    /// <summary>It starts our server, by whatever command.</summary>
    internal bool IsOurs => Args.Prepend(Command).Any(IsProgram) || Args.Zip(Args.Skip(1)).Contains(("serve", "--stdio"));

    internal static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, Encoder)}\"";

    // A path of either system, whichever this one is.
    private static bool IsProgram(string word) => Path.GetFileNameWithoutExtension(word[(word.LastIndexOfAny(['/', '\\']) + 1)..]).Equals(Name, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> Fields() => ["\"type\": \"stdio\"", $"\"command\": {Quoted(Command)}", $"\"args\": {ArgsText}"];
}
