using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage.Backups;

/// <summary>A store of a central file and two agents' in a fresh project, each with rows of the tests' own.</summary>
internal sealed class BackedUpStore : IAsyncDisposable
{
    private BackedUpStore(BackupSettings? settings, TimeProvider? time) => Stores = new(Project.Root, new Settings { Backup = settings ?? new() }, time ?? TimeProvider.System);

    public TemporaryProject Project { get; } = new();

    public Stores Stores { get; }

    public BackupStore Backups => Stores.Backups;

    public Database Central => Stores.Databases.Central;

    public string Folder => Project.PathOf(".agentcraft", "backups");

    public static async Task<BackedUpStore> Create(BackupSettings? settings = null, TimeProvider? time = null)
    {
        BackedUpStore store = new(settings, time);
        foreach (Database file in new[] { store.Central, store.Agent("alice"), store.Agent("bob") })
        {
            await Rows.Create(file);
            await Rows.Append(file, "before", 1);
        }
        return store;
    }

    public Database Agent(string name) => Stores.Databases.Agent(name, "tester");

    /// <summary>The directories and files of the backups' folder.</summary>
    public string[] Entries() => Directory.Exists(Folder) ? [.. Directory.GetFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Runs SQL on a file that nobody has open.</summary>
    public static void Run(string file, string sql)
    {
        using SqliteConnection connection = new($"Data Source={file};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of what SQL finds in a file.</summary>
    public static List<string> Query(string file, string sql)
    {
        using SqliteConnection connection = new($"Data Source={file};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> found = [];
        while (reader.Read())
            found.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        Project.Dispose();
    }
}
