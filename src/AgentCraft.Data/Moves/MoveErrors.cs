using System.Globalization;

namespace AgentCraft.Data.Moves;

/// <summary>Why a store cannot be moved, in words for the person who must decide what to do.</summary>
internal static class MoveErrors
{
    /// <summary>Somebody uses the store, and might write to it.</summary>
    public static AgentCraftException InUse(string store, IReadOnlyList<string> by) => new(ErrorCodes.StoreBusy,
        $"{store} is in use{(by.Count == 0 ? "" : $" by {string.Join(", ", by)}")}: a store is moved only while nobody can write to it.",
        "Nothing was changed. End these servers (those that clients started end with their clients), then repeat the command.", retryable: true);

    /// <summary>Another process moves this store just now.</summary>
    public static AgentCraftException Running(string root) => new(ErrorCodes.StoreBusy, $"Another process is moving the store of {root}.", "Nothing was changed. Wait until it is done.", retryable: true);

    /// <summary>The store was moved: what this program is told is out of date.</summary>
    public static AgentCraftException Moved(string store, MoveNote note) => new(ErrorCodes.StoreMoved,
        $"{store} is no longer the store of this project: it was moved to {note.Other} at {note.At}. What is there is as it was then, and nothing is read from it or written to it.",
        note.Other.StartsWith("PostgreSQL", StringComparison.Ordinal)
            ? "Say so with the setting store in .agentcraft/config.json, or AGENTCRAFT__STORE, with the password in PGPASSWORD or .pgpass; then start this server again. To go back: agentcraft move --to sqlite."
            : "Take the setting store out of .agentcraft/config.json, and AGENTCRAFT__STORE out of the environment; then start this server again. To go back: agentcraft move --to postgres --store \"…\".");

    /// <summary>The store is being moved, or was when the process was killed.</summary>
    public static AgentCraftException Moving(string store, MoveNote note) => new(ErrorCodes.StoreBusy,
        $"{store} is being moved to {note.Other} since {note.At}, by process {note.Pid} on {note.Machine}; until that is done nobody may use it.",
        $"Nothing was read or written. Repeat the call once it is done. If that process was cut off, run the same command again, which goes on where it stopped, or give the store back with: agentcraft move --to {note.To} --cancel", retryable: true);

    /// <summary>It is being filled from another store.</summary>
    public static AgentCraftException Filling(string store, string from) => new(ErrorCodes.StoreBusy, $"{store} is being filled from {from}, and is not whole yet.",
        "Nothing was read or written. Repeat the call once agentcraft move is done; if it was cut off, run it again with the same arguments, or take it back with --cancel.", retryable: true);

    /// <summary>There is nothing to move.</summary>
    public static AgentCraftException NoStore(string store) => new(ErrorCodes.NotFound, $"There is no store in {store}.", "Name the project's directory with --root, or the database with --store.");

    /// <summary>The target holds something else.</summary>
    public static AgentCraftException Taken(string store, string what) => new(ErrorCodes.AlreadyExists, $"{store} {what}.",
        "Nothing was changed. Move into an empty place: another database or another schema (Search Path=… in --store), or files that are out of the way.");

    /// <summary>Another move has begun to fill it.</summary>
    public static AgentCraftException Unfinished(string store, string? from, string to) => new(ErrorCodes.AlreadyExists, $"{store} holds what a move from {from ?? "another store"} has copied, and is not whole.",
        $"Nothing was changed. Take it away where that move was begun: agentcraft move --to {to} --cancel; or choose another place.");

    /// <summary>A move was begun with another target.</summary>
    public static AgentCraftException Elsewhere(string store, MoveNote note) => new(ErrorCodes.StoreBusy, $"A move of {store} to {note.Other} was begun at {note.At} and is not finished.",
        $"Finish it with the same --to and --store, or give the store back with: agentcraft move --to {note.To} --cancel");

    /// <summary>Nothing can be given back any more.</summary>
    public static AgentCraftException TooLate(string store, MoveNote note) => new(ErrorCodes.InvalidTransition, $"{store} was moved to {note.Other} at {note.At}: there is no move to cancel.",
        $"Run the same command without --cancel if it was cut off; to go back: agentcraft move --to {(note.To == "postgres" ? "sqlite" : "postgres")}");

    /// <summary>A file that a program of another kind, or a person, has written to.</summary>
    public static AgentCraftException OddValue(MoveTable table, object?[] row, MoveColumn column, object value) => new(ErrorCodes.StoreDamaged,
        $"{Row(table, row)} has a value of another kind than its column {column.Name}: {value.GetType().Name} instead of {column.Type.Name}.", "Another program wrote it. Correct the row, then run the command again.");

    /// <summary>What PostgreSQL cannot keep.</summary>
    public static AgentCraftException Nul(MoveTable table, object?[] row, MoveColumn column) => new(ErrorCodes.InvalidText,
        $"{Row(table, row)} has a NUL character in {column.Name}, which PostgreSQL cannot keep.", "Another program wrote it. Correct the row, then run the command again.");

    /// <summary>Rows refer to what is not there.</summary>
    public static AgentCraftException Dangling(string store, string what) => new(ErrorCodes.StoreDamaged, $"{store} has rows that refer to what is not there: {what}.", "Run: agentcraft doctor, which finds and mends them; then repeat the command.");

    /// <summary>The copy is not what was copied.</summary>
    public static AgentCraftException Differs(MovePart part, MoveTable table, string how) => new(ErrorCodes.StoreDamaged,
        $"The copy of {table.Name} ({part.Shown}) is not like the original: {how}. Nothing was switched over.", "The table is copied anew when the same command runs again.");

    /// <summary>Nobody knows what the tables of this agent type are.</summary>
    public static AgentCraftException UnknownSet(string store, string set) => new(ErrorCodes.InvalidConfiguration, $"{store} has tables of '{set}', and there is no such schema any more.",
        $"Nothing was changed. Put .agentcraft/schemas/{set} back as it was, then repeat the command.");

    private static string Row(MoveTable table, object?[] row) => string.Create(CultureInfo.InvariantCulture, $"The row {row[0]} of {table.Name}");
}
