namespace AgentCraft.Data.Handovers;

/// <summary>A hand-over on its way into the store.</summary>
public sealed record NewHandover
{
    /// <summary>What a hand-over is made from when neither it nor its author's type says so.</summary>
    public const string DefaultTemplate = "standard";

    private const int LargestBytes = 1024 * 1024;

    /// <summary>The author's name or id.</summary>
    public required string Author { get; init; }
    /// <summary>The template's name; null for the one of the author's type.</summary>
    public string? Template { get; init; }
    /// <summary>What it is about; null for a title with the date.</summary>
    public string? Title { get; init; }
    /// <summary>What the author adds: heading to Markdown.</summary>
    public IReadOnlyDictionary<string, string> Sections { get; init; } = new Dictionary<string, string>();
    /// <summary>Publish it if it passes its rules.</summary>
    public bool Publish { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    public NewHandover Validated()
    {
        Text.Within(Title, "title", 500, "Keep the title to one line.");
        if (Title?.AsSpan().IndexOfAny('\r', '\n') >= 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "title must be one line.", "Put the rest into a section.");
        CheckSections(Sections);
        return this;
    }

    /// <summary>Checks headings and size of what an author adds.</summary>
    internal static void CheckSections(IReadOnlyDictionary<string, string> sections)
    {
        foreach ((string heading, string markdown) in sections)
        {
            if (string.IsNullOrWhiteSpace(heading) || heading.AsSpan().IndexOfAny('\r', '\n') >= 0)
                throw new AgentCraftException(ErrorCodes.InvalidArgument, "Each key of sections must be a heading of one line.",
                    "For example {\"Goal\": \"Ship the parser\", \"Next steps\": \"- [ ] run the tests\"}.");
            Text.Within(heading, "A heading of sections", 500, "Keep headings short.");
        }
        string all = string.Concat(sections.Values);
        Text.Within(all, "sections", LargestBytes, "Name files instead of quoting them.");
    }
}

/// <summary>What <c>create_handover</c> or <c>update_handover</c> made.</summary>
public sealed record CreatedHandover
{
    /// <summary><c>handover_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>1 for a new document, then one more each time.</summary>
    public int Version { get; init; }
    /// <summary>Its title.</summary>
    public required string Title { get; init; }
    /// <summary>draft or published.</summary>
    public HandoverStatus Status { get; init; }
    /// <summary>passed, or failed with the reasons in <see cref="Validation"/>.</summary>
    public ValidationStatus ValidationStatus { get; init; }
    /// <summary>What is still to be filled in, with its line.</summary>
    public required IReadOnlyList<Placeholder> PlaceholdersRemaining { get; init; }
    /// <summary>One result a rule.</summary>
    public required IReadOnlyList<RuleResult> Validation { get; init; }
    /// <summary>The file it was published to.</summary>
    public string? Path { get; init; }
    /// <summary>The document, Markdown.</summary>
    public required string Content { get; init; }
    /// <summary>True when an earlier call with the same idempotency key made it and this one made nothing.</summary>
    public bool Replayed { get; init; }
    /// <summary>Always true: what the store filled in is agents' words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}
