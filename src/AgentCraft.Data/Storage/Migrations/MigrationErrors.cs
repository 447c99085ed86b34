using System.Globalization;

namespace AgentCraft.Data.Storage.Migrations;

/// <summary>Why a store cannot be migrated, in words for the person who must decide what to do.</summary>
internal static class MigrationErrors
{
    /// <summary>The version of this program.</summary>
    public static string ProgramVersion { get; } = typeof(MigrationErrors).Assembly.GetName().Version!.ToString(3);

    /// <summary>A newer program has migrated it.</summary>
    /// <param name="path">How a person knows it.</param>
    /// <param name="set">The set, as this program has it.</param>
    /// <param name="newest">The newest migration there.</param>
    /// <param name="madeBy">The version of the program that migrated it last; null where that was not written down.</param>
    public static AgentCraftException TooNew(string path, MigrationSet set, string newest, string? madeBy)
    {
        if (set.IsProjects)
            return new(ErrorCodes.StoreTooNew, $"{path} was migrated to '{set.Name}/{newest}', which was not in .agentcraft/schemas/{set.Name} when this server read it.",
                "Start this server again if the file is there now, else put it back; nothing was changed.");
        string known = set.Migrations.Count == 0 ? "none" : $"'{set.Name}/{set.Migrations[^1].Name}'";
        string needed = madeBy is null ? "the newer AgentCraft that made it" : $"AgentCraft {madeBy} or newer, which made it";
        return new(ErrorCodes.StoreTooNew,
            $"{path} was migrated to '{set.Name}/{newest}', which this version of AgentCraft ({ProgramVersion}) does not know: its newest is {known}.",
            $"Use {needed}; or take the store back with that one: agentcraft migrate to {set.Newest} --set {set.Name}. Nothing was changed.");
    }

    /// <summary>The file of a migration is not the one that was applied.</summary>
    public static AgentCraftException Mismatch(string path, Drift drift) => new(ErrorCodes.MigrationMismatch,
        $"{path} has the migration '{drift.File}' with other contents than {(drift.IsProjects ? $".agentcraft/schemas/{drift.File}.sql" : "this program's")}: checksum {drift.Found} was applied, {drift.Expected} is expected.",
        drift.IsProjects ? "Put that file back as it was when it was applied, and say what is new in a further file; nothing was changed."
        : "Use the AgentCraft that made it, or restore a backup; nothing was changed. agentcraft migrate status shows every difference.");

    /// <summary>A step back would delete what somebody stored.</summary>
    public static AgentCraftException WouldLose(string path, IReadOnlyList<LostData> lost) => new(ErrorCodes.WouldLoseData,
        $"{path}: going back would lose {string.Join(", ", lost.Select(Phrase))}.",
        "Nothing was changed. Repeat it with --force if that may go; on SQLite a copy of the file is made before.");

    /// <summary>Going back needs the store for itself.</summary>
    public static AgentCraftException InUse(string path, string by) => new(ErrorCodes.StoreBusy,
        $"{path} is open in {by}, and would change under it.",
        "Nothing was changed. End the servers of this store (those that clients started end with their clients), then repeat it.", retryable: true);

    private static string Phrase(LostData lost) => string.Create(CultureInfo.InvariantCulture,
        $"{lost.Rows:N0} {(lost.Rows == 1 ? "row" : "rows")} of {lost.Table}{(lost.Column is null ? "" : $" (column {lost.Column})")}");
}
