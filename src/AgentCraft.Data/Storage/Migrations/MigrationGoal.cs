using System.Text.Json.Serialization;

namespace AgentCraft.Data.Storage.Migrations;

/// <summary>Which schemas.</summary>
/// <param name="Set">Null for all, <c>central</c>, <c>agents</c>, or an agent type.</param>
/// <param name="Agent">Only this agent's file.</param>
public sealed record SchemaChoice(string? Set = null, string? Agent = null);

/// <summary>Where to go with them.</summary>
/// <param name="Kind">Up, down, or to a number.</param>
/// <param name="Number">Of <see cref="MigrationGoalKind.To"/>: the last migration that stays, 0 for none.</param>
public sealed record MigrationGoal(MigrationGoalKind Kind, int Number = 0)
{
    /// <summary>What must be done to a set to get there.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for a number that the set does not have</exception>
    internal IEnumerable<MigrationStep> Steps(SchemaState state)
    {
        if (Kind == MigrationGoalKind.To && (Number < 0 || (Number > 0 && Number > state.Newest)))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{state.Set} has the migrations 1 to {state.Newest}, not {Number}.", "0 stands for before the first; agentcraft migrate status shows them.");
        return Kind switch
        {
            MigrationGoalKind.Up => Forward(state, int.MaxValue),
            MigrationGoalKind.Down => Back(state, state.Applied.Select(applied => MigrationSet.NumberOf(applied.Name)).Order().SkipLast(1).LastOrDefault()),
            _ => [.. Back(state, Number), .. Forward(state, Number)],
        };
    }

    private static IEnumerable<MigrationStep> Forward(SchemaState state, int last) =>
        state.Known.Migrations.Where(migration => state.Pending.Contains(migration.Name) && MigrationSet.NumberOf(migration.Name) <= last)
            .Select(migration => MigrationStep.Of(state, migration, isUp: true));

    private static IEnumerable<MigrationStep> Back(SchemaState state, int last) =>
        state.Known.Migrations.Reverse().Where(migration => !state.Pending.Contains(migration.Name) && MigrationSet.NumberOf(migration.Name) > last)
            .Select(migration => MigrationStep.Of(state, migration, isUp: false));
}

/// <summary>Directions.</summary>
public enum MigrationGoalKind
{
    /// <summary>Everything that is missing.</summary>
    Up,
    /// <summary>The newest one of each set back.</summary>
    Down,
    /// <summary>Forward or back to a number.</summary>
    To,
}

/// <summary>How far to go.</summary>
public enum MigrationMode
{
    /// <summary>Change nothing, say what would be done.</summary>
    DryRun,
    /// <summary>Refuse what would lose data.</summary>
    Careful,
    /// <summary>Lose it.</summary>
    Force,
}

/// <summary>One migration, forward or back, in one store.</summary>
public sealed record MigrationStep
{
    /// <summary>The file or database.</summary>
    public required string Store { get; init; }
    /// <summary>The set.</summary>
    public required string Set { get; init; }
    /// <summary>The migration's file, below <c>schemas/</c>.</summary>
    public required string File { get; init; }
    /// <summary>True for its up part.</summary>
    public bool IsUp { get; init; }
    /// <summary>The statements.</summary>
    public required string Sql { get; init; }

    [JsonIgnore]
    internal MigrationSet Known { get; init; } = null!;

    [JsonIgnore]
    internal Migration Migration { get; init; } = null!;

    internal static MigrationStep Of(SchemaState state, Migration migration, bool isUp) => new()
    {
        Store = state.Store,
        Set = state.Set,
        File = $"{state.Set}/{migration.Name}.sql",
        IsUp = isUp,
        Sql = isUp ? migration.Up : migration.Down,
        Known = state.Known,
        Migration = migration,
    };
}

/// <summary>What was done, or would be.</summary>
public sealed record MigrationRun
{
    /// <summary>In this order.</summary>
    public required IReadOnlyList<MigrationStep> Steps { get; init; }
    /// <summary>What went with it, or would.</summary>
    public required IReadOnlyList<LostData> Lost { get; init; }
    /// <summary>False: nothing was changed.</summary>
    public bool Changed { get; init; }
}
