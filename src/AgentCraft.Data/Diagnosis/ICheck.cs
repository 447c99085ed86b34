namespace AgentCraft.Data.Diagnosis;

/// <summary>One thing that the doctor looks at. It changes nothing, and works while servers run and on what cannot be opened.</summary>
internal interface ICheck
{
    /// <summary>For programs.</summary>
    string Name { get; }

    /// <summary>For people.</summary>
    string Title { get; }

    /// <summary>False where there is nothing of that kind.</summary>
    bool AppliesTo(Premises premises);

    /// <summary>Looks.</summary>
    Task<Seen> Look(Premises premises, CancellationToken cancellationToken);
}

/// <summary>What a check saw.</summary>
/// <param name="Summary">In one line.</param>
/// <param name="Findings">What is not as it should be.</param>
internal sealed record Seen(string Summary, params IReadOnlyList<Finding> Findings);
