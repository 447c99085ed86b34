namespace AgentCraft.Data.Handovers;

/// <summary>What to look at next, and why.</summary>
public sealed record Recommendation
{
    /// <summary>The file, the task, the message, the note.</summary>
    public required string What { get; init; }
    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }
    /// <summary>How sure that is, from 0 to 1: each reason has a weight, and several add up as 1 - (1 - a)(1 - b)….</summary>
    public required double Confidence { get; init; }
}

/// <summary>What to recommend for.</summary>
/// <param name="Session">Null for the caller's current one.</param>
/// <param name="Handover">Null for the newest published.</param>
/// <param name="Limit">Entries of each list.</param>
public sealed record RecommendationWish(string? Session, string? Handover, int Limit);

/// <summary>What <c>recommend_next</c> answers: each list with the surest first.</summary>
public sealed record Recommendations
{
    /// <summary>The session it is for.</summary>
    public string? Session { get; init; }
    /// <summary>The hand-over that was looked at.</summary>
    public string? Handover { get; init; }
    /// <summary>Files, relative to the root.</summary>
    public required IReadOnlyList<Recommendation> FilesToRead { get; init; }
    /// <summary>What to do first.</summary>
    public required IReadOnlyList<Recommendation> Priorities { get; init; }
    /// <summary>What to know before.</summary>
    public required IReadOnlyList<Recommendation> Notes { get; init; }
    /// <summary>True when an earlier call with the same idempotency key found this and this one stored nothing.</summary>
    public bool Replayed { get; init; }
    /// <summary>Always true: names and tasks are what others wrote, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>Adds up reasons. The same reasons give the same order, whenever they are given.</summary>
internal sealed class Weighing
{
    private readonly Dictionary<string, List<(string Reason, double Weight)>> _reasons = new(StringComparer.Ordinal);

    /// <summary>A reason to recommend something; the same reason twice counts once.</summary>
    public void Add(string what, string reason, double weight)
    {
        if (!_reasons.TryGetValue(what, out List<(string Reason, double Weight)>? reasons))
            _reasons.Add(what, reasons = []);
        if (!reasons.Any(known => known.Reason == reason))
            reasons.Add((reason, weight));
    }

    /// <summary>The surest first, those that are equally sure by name.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="isFit">What is not is left out; null for all.</param>
    public IReadOnlyList<Recommendation> Best(int most, Func<string, bool>? isFit = null) =>
    [
        .. _reasons.Select(pair => new Recommendation
        {
            What = pair.Key,
            Reason = string.Join("; ", pair.Value.OrderByDescending(one => one.Weight).ThenBy(one => one.Reason, StringComparer.Ordinal).Select(one => one.Reason)),
            Confidence = Math.Round(1 - pair.Value.Aggregate(1.0, (left, one) => left * (1 - one.Weight)), 2),
        }).OrderByDescending(one => one.Confidence).ThenBy(one => one.What, StringComparer.Ordinal).Where(one => isFit?.Invoke(one.What) != false).Take(most),
    ];
}
