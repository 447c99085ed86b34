using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage;

/// <summary>
/// A database file that this process may read and not write, because of permissions or a read-only disk: there is no gate, no writer and no
/// migration. It gives way to an <see cref="OpenFile"/> as soon as writing is allowed. See DESIGN.md in this folder.
/// </summary>
internal sealed class ReadOnlyFile : IOpenStore
{
    private readonly FileRecipe _recipe;
    private readonly Readers _readers;
    private readonly FileIdentity _identity;
    private readonly DateTime _changedAt;
    private readonly bool _isFrozen;
    private readonly string _epoch;

    private ReadOnlyFile(FileRecipe recipe)
    {
        (_recipe, _identity, _changedAt) = (recipe, FileIdentity.Of(recipe.Path), FileStatus.Of(recipe.Path).ChangedAt);
        using Connection first = Connect(recipe, out _isFrozen);
        Migrator migrator = new(first, recipe.Path);
        if (!migrator.IsUpToDate(recipe.Sets))
            throw StoreErrors.ReadOnly(recipe.Path);
        _epoch = first.First<string>(OpenFile.EpochQuery)!;
        _readers = new(recipe.Path, recipe.Settings, recipe.Dialect, () => Connect(recipe, out _));
    }

    /// <summary>There is something to read, and permissions or the disk forbid writing it.</summary>
    public static bool IsNeeded(string path) => new FileInfo(path) is { Exists: true, Length: > 0 } && !IsWritable(path);

    public static ReadOnlyFile Open(FileRecipe recipe)
    {
        SqliteLibrary.Use(recipe.Settings.SqliteLibrary);
        if (recipe.Guard is { IsPending: true })
            throw StoreErrors.Forbidden(recipe.Path, "waits for a restore that was cut off, and can only be finished by who may write there");
        recipe.Guard?.RefuseMoved();
        try
        {
            return new(recipe);
        }
        catch (Exception failure) when (recipe.Dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
    }

    public bool IsReplaced => FileIdentity.Of(_recipe.Path) != _identity;

    public Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken)
    {
        Check();
        throw StoreErrors.ReadOnly(_recipe.Path);
    }

    public async Task<T> Read<T>(Func<Connection, T> read, bool isLong, CancellationToken cancellationToken)
    {
        Check();
        try
        {
            return await _readers.Read(read, isLong ? TimeSpan.Zero : _recipe.Settings.QueryTimeout, cancellationToken);
        }
        finally
        {
            // What was read of a file that somebody else has begun to write meanwhile means nothing; it is read again.
            if (_isFrozen)
                Check();
        }
    }

    public Task<string> Epoch(CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult(_epoch);
    }

    public bool TryTend(Func<Connection, bool> work) => false;

    public void Close() => _readers.Close();

    public bool TryClose(Func<bool> retire)
    {
        if (!retire())
            return false;
        Close();
        return true;
    }

    private void Check()
    {
        if (IsReplaced || IsWritable(_recipe.Path) || _recipe.Guard is { IsPending: true }
            || _isFrozen && (File.Exists(_recipe.Path + "-wal") || FileStatus.Of(_recipe.Path).ChangedAt != _changedAt))
            throw new StoreReplacedException(_recipe.Path);
    }

    private static bool IsWritable(string path) => FileStatus.IsWritable(path) && FileStatus.IsWritable(Path.GetDirectoryName(path)!);

    /// <summary>Where nothing can be made beside the file, SQLite reads it only when told that nobody writes it; and nobody does while it has no log.</summary>
    private static Connection Connect(FileRecipe recipe, out bool isFrozen)
    {
        isFrozen = !File.Exists(recipe.Path + "-wal");
        Connection connection = OpenFile.Connect(isFrozen ? recipe with { Path = new Uri(recipe.Path).AbsoluteUri + "?immutable=1" } : recipe, SqliteOpenMode.ReadOnly);
        try
        {
            connection.First<long>("PRAGMA schema_version");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
