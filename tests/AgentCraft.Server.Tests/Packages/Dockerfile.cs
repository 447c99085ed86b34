using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Packages;

/// <summary>The instructions of the Dockerfile, for tests where no engine reads them.</summary>
internal sealed class Dockerfile
{
    private readonly (string Name, string Arguments)[] _all;

    public Dockerfile()
    {
        string text = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "Dockerfile")).ReplaceLineEndings("\n");
        string joined = Regex.Replace(Regex.Replace(text, @"(?m)^#.*\n", ""), @"\\\n\s*", " ");
        _all = [.. joined.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim()))];
    }

    /// <summary>What comes out of the last stage.</summary>
    public IEnumerable<(string Name, string Arguments)> Image => _all.Skip(Array.FindLastIndex(_all, one => one.Name == "FROM"));

    /// <summary>The variables that the image sets.</summary>
    public Dictionary<string, string?> Environment => Image.Where(one => one.Name == "ENV")
        .SelectMany(one => one.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], string? (pair) => pair[1]);

    /// <summary>What it copies from the repository.</summary>
    public IEnumerable<string> Sources => _all.Where(one => one.Name == "COPY" && !one.Arguments.StartsWith("--from", StringComparison.Ordinal)).SelectMany(one => one.Arguments.Split(' ')[..^1]);

    /// <summary>The arguments of the one instruction of that name in the image.</summary>
    public string Of(string name) => Image.Single(one => one.Name == name).Arguments;

    /// <summary>A command in JSON, wherever it begins in the instruction's arguments.</summary>
    public string[] CommandOf(string name) => JsonSerializer.Deserialize<string[]>(Of(name)[Of(name).IndexOf('[', StringComparison.Ordinal)..])!;
}
