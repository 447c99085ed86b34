using System.Globalization;
using System.Text.Json;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Configuration.Migrations;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.Postgres;

namespace AgentCraft.Data.Moves;

/// <summary>What became of the setting <c>store</c> after a move.</summary>
public sealed record StoreSetting
{
    /// <summary>The file that was changed; null when none was.</summary>
    public string? File { get; init; }
    /// <summary>A copy of it as it was; null when there was no such file.</summary>
    public string? Backup { get; init; }
    /// <summary>What a person has to do besides, in sentences.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    private const string Variable = "AGENTCRAFT__STORE", Name = "store";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = new PlainJsonEncoder() };

    /// <summary>Has the root's own file say where the store is. A password is not written there.</summary>
    /// <param name="root">The root.</param>
    /// <param name="store">The connection string; empty for files.</param>
    /// <param name="time">The clock.</param>
    internal static StoreSetting Point(string root, string store, TimeProvider time)
    {
        string said = store.Length == 0 ? "" : PostgresAddress.WithoutPassword(store), file = SettingsFile.PathOf(root);
        List<string> advice = [];
        if (said != store)
            advice.Add("The password was not written down: put it into PGPASSWORD or a .pgpass file where servers run.");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable && variable != store)
            advice.Add(store.Length == 0 ? $"Take {Variable} out of the environment in which servers run: it still names the database." : $"{Variable} in the environment goes before the file and names another store: set it to the new one, or take it out.");
        try
        {
            (string? changed, string? backup) = Write(file, said, time);
            return new() { File = changed, Backup = backup, Advice = advice };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ConfigFault)
        {
            return new() { Advice = [$"{file} could not be changed ({failure.Message}). Set in it: \"{Name}\": {JsonSerializer.Serialize(said, Plain)}", .. advice] };
        }
    }

    private static (string? Changed, string? Backup) Write(string file, string store, TimeProvider time)
    {
        if (!System.IO.File.Exists(file))
        {
            if (store.Length == 0)
                return default;
            OwnedDirectory.Create(Path.GetDirectoryName(file)!);
            WholeFile.Write(file, $"{{\n  \"{Name}\": {JsonSerializer.Serialize(store, Plain)}\n}}\n");
            return (file, null);
        }
        string before = System.IO.File.ReadAllText(file);
        ConfigNode top = new JsonText(before).Read();
        ConfigField? field = top.Fields.Find(known => known.Name.Equals(Name, StringComparison.OrdinalIgnoreCase));
        if ((field?.Value.Text ?? "") == store)
            return default;
        TextEdit edit = field is not null ? new(field.Value.Start, field.Value.End, JsonSerializer.Serialize(store, Plain))
            : new(top.Start + 1, top.Start + 1, $"\n  \"{Name}\": {JsonSerializer.Serialize(store, Plain)}{(top.Fields.Count > 0 ? "," : "\n")}");
        string backup = Path.Combine(Path.GetDirectoryName(file)!, "backups", string.Create(CultureInfo.InvariantCulture, $"config-{time.GetUtcNow():yyyyMMdd-HHmmssfff}.json"));
        OwnedDirectory.Create(Path.GetDirectoryName(backup)!);
        OwnedDirectory.CreateFile(backup);
        WholeFile.Write(backup, before);
        WholeFile.Write(file, TextEdit.Apply(before, [edit]));
        return (file, backup);
    }
}
