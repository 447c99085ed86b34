using System.Runtime.CompilerServices;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage.Migrations;

/// <summary>
/// Every version that a set ever had, with rows in every table: on SQLite the files of TestData, on PostgreSQL made by the migrations
/// up to that number. AGENTCRAFT_ACCEPT=1 writes a file that is missing; what is there is never written anew.
/// </summary>
[OnEveryEngine]
public sealed class OlderSchemaTests : IDisposable
{
    private static readonly string[] Sets = ["central", .. MigrationSet.EmbeddedAgentSets.Order(StringComparer.Ordinal)];

    private readonly TemporaryProject _project = new();

    /// <summary>Each set with each of its versions.</summary>
    public static TheoryData<string, int> Versions
    {
        get
        {
            TheoryData<string, int> all = [];
            foreach (string set in Sets)
                foreach (Migration migration in MigrationSet.Get(set).Migrations)
                    all.Add(set, MigrationSet.NumberOf(migration.Name));
            return all;
        }
    }

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Rows_of_an_older_schema_survive_up_down_and_up_again(string name, int version)
    {
        MigrationSet set = SetOf(name);
        (List<string> rows, List<string> schema) = Begin(set, version);
        Assert.NotEmpty(rows);

        await using (Databases opened = Open())
            await BringForward(opened, name);
        AssertKept(set, version, rows);
        List<string> newest = SchemaNow(name);

        await using Databases databases = Open();
        MigrationRun back = await databases.Migrations.Run(new(name), new(MigrationGoalKind.To, version), MigrationMode.Force);
        Assert.Equal(set.Migrations.Count(migration => MigrationSet.NumberOf(migration.Name) > version), back.Steps.Count);
        using (OldStore old = OldStore.Open(_project, name))
        {
            Assert.Equal(schema, old.Schema());
            Assert.Equal(rows, old.Rows(set, version));
        }

        await databases.Migrations.Run(new(name), new(MigrationGoalKind.Up), MigrationMode.Careful);
        AssertKept(set, version, rows);
        Assert.Equal(newest, SchemaNow(name));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Each_step_back_leaves_the_schema_that_the_step_before_it_made(string name, int version)
    {
        MigrationSet set = SetOf(name);
        using (OldStore old = OldStore.Open(_project, name))
            old.MigrateTo(set, version - 1);
        List<string> before = SchemaNow(name);
        using (OldStore old = OldStore.Open(_project, name))
            old.MigrateTo(set, version);
        await using Databases databases = Open();
        await databases.Migrations.Run(new(name), new(MigrationGoalKind.Down), MigrationMode.Force);
        Assert.Equal(before, SchemaNow(name));
    }

    /// <summary>By opening it, as servers do. What every agent has is never opened without a type's own.</summary>
    private static async Task BringForward(Databases databases, string name)
    {
        if (name == "agents/common")
            await databases.Migrations.Run(new(name), new(MigrationGoalKind.Up), MigrationMode.Careful);
        else
            Assert.NotEmpty(await (name == "central" ? databases.Central : databases.Agent(OldStore.Agent, name["agents/".Length..])).Epoch());
    }

    private (List<string> Rows, List<string> Schema) Begin(MigrationSet set, int version)
    {
        using OldStore old = OldStore.Open(_project, set.Name);
        if (_project.Engine == Engine.Sqlite && File.Exists(FileOf(set.Name, version)))
            old.Script(File.ReadAllText(FileOf(set.Name, version)));
        else
        {
            Assert.True(_project.Engine == Engine.Postgres || version == set.Newest || Approved.MayAccept, $"{FileOf(set.Name, version)} is missing: AGENTCRAFT_ACCEPT=1 writes it.");
            old.MigrateTo(set, version);
            old.Fill(set, version);
            if (_project.Engine == Engine.Sqlite && Approved.MayAccept)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(FileOf(set.Name, version))!);
                File.WriteAllText(FileOf(set.Name, version), old.Dump());
            }
        }
        return (old.Rows(set, version), old.Schema());
    }

    private void AssertKept(MigrationSet set, int version, List<string> rows)
    {
        using OldStore now = OldStore.Open(_project, set.Name);
        Assert.Empty(rows.Except(now.Rows(set, version)));
        Assert.Empty(now.Faults());
    }

    private List<string> SchemaNow(string name)
    {
        using OldStore now = OldStore.Open(_project, name);
        return now.Schema();
    }

    private MigrationSet SetOf(string name) => MigrationSet.Get(name, _project.Engine == Engine.Postgres ? "postgres" : "sqlite");

    private Databases Open() => new(_project.Root, new() { Postgres = _project.Store, WriteTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);

    private static string FileOf(string set, int version, [CallerFilePath] string caller = "") =>
        Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", "TestData", set, $"{version:0000}.sql");
}
