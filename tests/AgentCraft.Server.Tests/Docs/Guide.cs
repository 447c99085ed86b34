using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>A page of <c>docs/</c> whose every fenced block is run, and what is in it.</summary>
internal sealed record Guide(string Name, IReadOnlyList<GuideBlock> Blocks)
{
    private static readonly string[] Known = ["sh", "console", "json", "json .mcp.json"];

    public static Guide Read(string name) => Parse(name, File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "docs", name)));

    /// <exception cref="GuideException">A block of a kind that cannot be run.</exception>
    public static Guide Parse(string name, string text)
    {
        List<GuideBlock> blocks = [];
        string heading = "";
        (string Kind, int Line, List<string> Lines)? open = null;
        int number = 0;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (open is { } block && line.TrimEnd() == "```")
            {
                blocks.Add(new(name, block.Line, block.Kind, heading.Contains("PostgreSQL", StringComparison.Ordinal), block.Lines));
                open = null;
            }
            else if (open is { } inside)
                inside.Lines.Add(line);
            else if (Regex.Match(line, @"^\s*(?:```+|~~~+)(.*)$") is { Success: true } fence)
                open = Known.Contains(fence.Groups[1].Value) && line.StartsWith("```", StringComparison.Ordinal) ? (fence.Groups[1].Value, number, [])
                    : throw new GuideException($"{name}:{number}: a block of the kind '{fence.Groups[1].Value}' cannot be run; use {string.Join(", ", Known)}.");
            else if (line.StartsWith("## ", StringComparison.Ordinal))
                heading = line;
        }
        return open is null ? new(name, blocks) : throw new GuideException($"{name}:{open.Value.Line}: this block does not end.");
    }
}

/// <summary>A fenced block.</summary>
/// <param name="Guide">Where it is.</param>
/// <param name="Line">The line of its fence.</param>
/// <param name="Kind">What is behind the fence.</param>
/// <param name="NeedsPostgres">Its heading says so.</param>
/// <param name="Lines">What is in it.</param>
internal sealed record GuideBlock(string Guide, int Line, string Kind, bool NeedsPostgres, IReadOnlyList<string> Lines)
{
    public string Text => string.Join('\n', Lines);

    /// <summary>Each command with the lines that it is to print among others.</summary>
    public IEnumerable<(string Command, IReadOnlyList<string> Output)> Commands()
    {
        if (Kind == "sh")
            return Regex.Replace(Text, @"\\\n\s*", "").Split('\n').Where(line => line.Trim().Length > 0 && !line.StartsWith('#')).Select(line => (line, (IReadOnlyList<string>)[]));
        if (!Lines[0].StartsWith("$ ", StringComparison.Ordinal))
            throw new GuideException($"{Guide}:{Line + 1}: a console begins with '$ ' and a command.");
        return Text[2..].Split("\n$ ").Select(piece => piece.Split('\n')).Select(piece => (piece[0], (IReadOnlyList<string>)[.. piece.Skip(1).Where(line => line.Trim().Length > 0)])).ToList();
    }
}

/// <summary>A guide says what is not so.</summary>
internal sealed class GuideException(string message) : Exception(message);
