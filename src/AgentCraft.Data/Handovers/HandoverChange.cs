namespace AgentCraft.Data.Handovers;

/// <summary>What a new version of a hand-over changes.</summary>
public sealed record HandoverChange
{
    private const int LargestBytes = 1024 * 1024;
    private const int MostEntries = 500;

    /// <summary>Who changes it.</summary>
    public required string Author { get; init; }
    /// <summary>Which hand-over.</summary>
    public required string Id { get; init; }
    /// <summary>Placeholder to Markdown; with or without its brackets or braces.</summary>
    public IReadOnlyDictionary<string, string> Fill { get; init; } = new Dictionary<string, string>();
    /// <summary>Heading to Markdown: replaces the section, or adds it.</summary>
    public IReadOnlyDictionary<string, string> Sections { get; init; } = new Dictionary<string, string>();
    /// <summary>Refuse if the newest version is another one.</summary>
    public int? ExpectedVersion { get; init; }
    /// <summary>Publish it if it passes its rules.</summary>
    public bool Publish { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    public HandoverChange Validated()
    {
        Text.Storable(Id, "id");
        if (Fill.Count == 0 && Sections.Count == 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass fill, sections or both: there is nothing to change.",
                "For example fill: {\"branch\": \"main\"} or sections: {\"Next steps\": \"- [ ] run the tests\"}; publish_handover publishes as it is.");
        if (Fill.Count + Sections.Count > MostEntries)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"At most {MostEntries} placeholders and sections at once.", "Make several versions.");
        foreach ((string place, string text) in Fill)
        {
            Text.Storable(place, "A placeholder of fill");
            if (string.IsNullOrWhiteSpace(text))
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"fill has no text for '{Text.Shown(place)}'.", "Say something, if only \"None recorded.\"");
        }
        NewHandover.CheckSections(Sections);
        Text.Within(string.Concat(Fill.Values), "fill", LargestBytes, "Name files instead of quoting them.");
        return this;
    }
}

/// <summary>What a check of a hand-over found.</summary>
public sealed record ValidatedHandover
{
    /// <summary>Which hand-over.</summary>
    public required string Id { get; init; }
    /// <summary>Which version.</summary>
    public int Version { get; init; }
    /// <summary>passed or failed.</summary>
    public ValidationStatus ValidationStatus { get; init; }
    /// <summary>What is still to be filled in, with its line.</summary>
    public required IReadOnlyList<Placeholder> PlaceholdersRemaining { get; init; }
    /// <summary>One result a rule.</summary>
    public required IReadOnlyList<RuleResult> Validation { get; init; }
    /// <summary>True when an earlier call with the same idempotency key found this and this one stored nothing.</summary>
    public bool Replayed { get; init; }
}

/// <summary>Which version of which hand-over to check.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Null for the newest.</param>
public sealed record HandoverCheck(string Id, int? Version);

/// <summary>A hand-over after it was published, accepted or rejected.</summary>
public sealed record DecidedHandover
{
    /// <summary>Which hand-over.</summary>
    public required string Id { get; init; }
    /// <summary>Which version.</summary>
    public int Version { get; init; }
    /// <summary>Where it stands now.</summary>
    public HandoverStatus Status { get; init; }
    /// <summary>False when it stood there before.</summary>
    public bool Changed { get; init; }
    /// <summary>The published file that was written.</summary>
    public string? Path { get; init; }
    /// <summary>The id of the one that was the published one until now.</summary>
    public string? Superseded { get; init; }
    /// <summary>Who took over, or who sent it back.</summary>
    public HandoverDecision? Decision { get; init; }
}
