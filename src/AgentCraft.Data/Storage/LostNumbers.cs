using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage;

/// <summary>
/// What a power cut took was never acknowledged, but may have been read in the moment before the disk had it: another row must not get its number, or whoever
/// reads on from there would miss it. So the first write after the machine has been started anew skips numbers.
/// </summary>
internal sealed class LostNumbers
{
    // More rows than all processes together can have committed while the disk was writing; two agents' numbers share 64 bits in a conversation's.
    private const string Skipping = """
        BEGIN IMMEDIATE;
        INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master
            WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence);
        UPDATE sqlite_sequence SET seq = seq + CASE name WHEN 'agents' THEN 1000 ELSE 1000000 END;
        COMMIT
        """;

    private readonly string _path;
    private readonly string? _start;

    /// <summary>Inside the gate.</summary>
    public LostNumbers(FileRecipe recipe)
    {
        // Elsewhere SQLite syncs each commit before anybody can read it.
        (_path, _start) = (recipe.Path, OperatingSystem.IsLinux() ? recipe.Clock.KernelBootId : null);
        AreOwed = _start is not null && LogMark.IsOfEarlierStart(recipe.Path, _start);
    }

    /// <summary>Nobody has skipped them yet.</summary>
    public bool AreOwed { get; private set; }

    /// <summary>The start of the machine that may be noted; null while numbers are owed, or nobody asks for it.</summary>
    public string? Boot => AreOwed ? null : _start;

    /// <summary>Inside the gate, before the first write.</summary>
    /// <param name="connection">That will write.</param>
    /// <param name="synchronous">Its setting; this is on the disk in any case.</param>
    /// <exception cref="AgentCraftException"><c>disk_full</c> …</exception>
    public void Skip(Connection connection, Synchronous synchronous)
    {
        try
        {
            // Unless somebody has been faster.
            if (LogMark.IsOfEarlierStart(_path, _start!))
                connection.Script($"PRAGMA synchronous = FULL; {Skipping}; PRAGMA synchronous = {synchronous}");
            AreOwed = false;
        }
        catch (SqliteException failure)
        {
            connection.RollBack();
            throw (Exception?)StoreErrors.Translate(failure, _path) ?? failure;
        }
    }
}
