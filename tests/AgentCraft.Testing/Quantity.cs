namespace AgentCraft.Testing;

/// <summary>How much of it: the same test runs small on a developer's machine and in full in CI.</summary>
public static class Quantity
{
    private const string Variable = "AGENTCRAFT_TEST_SIZE";

    /// <summary>True when AGENTCRAFT_TEST_SIZE is <c>full</c>; <c>quick</c>, or nothing, is the small run.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "quick" => false,
        "full" => true,
        var other => throw new InvalidOperationException($"{Variable} is '{other}'; it can be quick or full."),
    };

    /// <summary>One of the two, by the size of this run.</summary>
    public static T Of<T>(T quick, T full) => IsFull ? full : quick;

    /// <summary>
    /// How many times, by the size of this run. A fifth on a database server, where each takes several round trips: what would go wrong
    /// there goes wrong by the interleaving, not by the number.
    /// </summary>
    public static int Many(int quick, int full) => Of(quick, Engines.Current == Engine.Postgres ? Math.Max(quick, full / 5) : full);
}
