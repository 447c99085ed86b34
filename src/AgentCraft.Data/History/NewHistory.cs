using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.History;

/// <summary>Entries of an agent's conversation with its model, on their way into the store.</summary>
public sealed record NewHistory
{
    private const int MostEntries = 100;

    /// <summary>Whose they are.</summary>
    public required string Agent { get; init; }
    /// <summary>In the order in which they were said.</summary>
    public required IReadOnlyList<NewHistoryEntry> Entries { get; init; }
    /// <summary>The session's id; null for the agent's current one.</summary>
    public string? Session { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public NewHistory Validated()
    {
        if (Entries.Count is 0 or > MostEntries)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Append 1 to {MostEntries} entries at once, not {Entries.Count}.",
                "Pass role and content, or entries as a list of {role, content}.");
        foreach (NewHistoryEntry entry in Entries)
            entry.Validated();
        return this;
    }
}

/// <summary>One entry.</summary>
public sealed partial record NewHistoryEntry
{
    private const int LargestContent = 1024 * 1024;
    private const int MostCalls = 200;
    private const int MostUsage = 20;

    /// <summary>Who said it.</summary>
    public required HistoryRole Role { get; init; }
    /// <summary>What was said; may be empty beside tool calls or results.</summary>
    public string Content { get; init; } = "";
    /// <summary>The tools that the model called: objects, as its interface has them.</summary>
    public IReadOnlyList<JsonElement>? ToolCalls { get; init; }
    /// <summary>What they answered.</summary>
    public IReadOnlyList<JsonElement>? ToolResults { get; init; }
    /// <summary>Tokens by kind: <c>input</c>, <c>output</c>, <c>cacheRead</c> …</summary>
    public IReadOnlyDictionary<string, long>? Usage { get; init; }
    /// <summary>Billionths of a dollar, see <see cref="Dollars"/>.</summary>
    public long Cost { get; init; }

    internal void Validated()
    {
        Text.Within(Content, "content", LargestContent, "Write the rest to a file and name its path here.");
        Check(ToolCalls, "toolCalls");
        Check(ToolResults, "toolResults");
        if (string.IsNullOrWhiteSpace(Content) && ToolCalls is not { Count: > 0 } && ToolResults is not { Count: > 0 })
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "An entry says nothing.", "Give it content, toolCalls or toolResults.");
        CheckUsage(Usage ?? new Dictionary<string, long>());
    }

    private static void Check(IReadOnlyList<JsonElement>? items, string what)
    {
        if (items is null)
            return;
        if (items.Count > MostCalls)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{what} has {items.Count} items; the most is {MostCalls}.", "Append them as several entries.");
        for (int i = 0; i < items.Count; i++)
            FreeForm.Check(items[i], $"{what}[{i}]");
    }

    private static void CheckUsage(IReadOnlyDictionary<string, long> usage)
    {
        if (usage.Count > MostUsage)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"usage has {usage.Count} members; the most is {MostUsage}.", "For example {\"input\": 1200, \"output\": 300}.");
        foreach ((string name, long tokens) in usage)
            if (!UsageName().IsMatch(name) || tokens < 0)
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"usage.{Text.Shown(name, 40)} is no count of tokens.",
                    "Names are letters, digits and _, counts are whole and not negative: {\"input\": 1200, \"output\": 300}.");
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,39}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsageName();
}

/// <summary>What was appended.</summary>
public sealed record AppendedHistory
{
    /// <summary>Whose history.</summary>
    public required string Agent { get; init; }
    /// <summary>The ids, in the order of the entries.</summary>
    public required IReadOnlyList<string> Ids { get; init; }
    /// <summary>The number of the last one.</summary>
    public long Seq { get; init; }
    /// <summary>The session they belong to.</summary>
    public string? Session { get; init; }
    /// <summary>What they cost together, in dollars; add_agent_usage adds it to the agent's totals.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>When they were stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>True when an earlier call with the same idempotency key appended them and this one appended nothing.</summary>
    public bool Replayed { get; init; }
}
