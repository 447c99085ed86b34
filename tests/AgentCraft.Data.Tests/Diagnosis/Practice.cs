using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.History;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Diagnosis;

/// <summary>A store with a little of everything that is derived from rows, closed; and a doctor for it, who sees none of this machine's own clients.</summary>
internal sealed class Practice : IDisposable
{
    public Practice() => Around = new() { Home = Project.PathOf("home"), Variable = name => name == "EDITOR" ? "edit" : null, Processes = new(Project.PathOf("proc")) };

    public TemporaryProject Project { get; } = new();

    public Surroundings Around { get; set; }

    public Settings Settings { get; set; } = new();

    public string Root => Project.Root;

    public static async Task<Practice> Create()
    {
        Practice practice = new();
        await using Stores stores = practice.Open();
        await Fill(stores);
        return practice;
    }

    public Stores Open() => new(Root, Settings with { Store = Project.Store ?? "" }, TimeProvider.System);

    public Premises Premises => new(Root, Settings with { Store = Project.Store ?? "" }, Around);

    public Doctor Doctor => new(Premises);

    public static async Task Fill(Stores stores)
    {
        foreach (string name in new[] { "ann", "bob" })
            await stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(name) } });
        for (int i = 0; i < 3; i++)
            await stores.Messages.Append(new() { From = "ann", To = ["bob"], Content = $"word number {i}" }, null);
        await stores.Documents.Save(new() { Agent = "ann", Name = "plan", Content = "first" }, null);
        await stores.Documents.Save(new() { Agent = "ann", Name = "plan", Content = "second" }, null);
        await stores.Metrics.Append(new() { Agent = "ann", Values = [new() { Name = "speed", Value = 1 }, new() { Name = "speed", Value = 2 }] }, null);
        await stores.History.Append(new() { Agent = "ann", Entries = [new() { Role = HistoryRole.User, Content = "hello" }, new() { Role = HistoryRole.Assistant, Content = "there" }] }, null);
        await stores.MessageSearch.Find(new() { Query = "word" }, new());
        await stores.DocumentSearch.Find("second", new(), new());
        await stores.HistorySearch.Find(new() { Agent = "ann", Query = "hello" }, new());
    }

    /// <summary>Every finding, with its check.</summary>
    public async Task<List<(string Check, Finding Finding)>> Findings() =>
        [.. (await Doctor.Look()).Checks.SelectMany(check => check.Findings.Select(finding => (check.Check, finding)))];

    /// <summary>The only finding there is.</summary>
    public async Task<Finding> Only(string check)
    {
        (string found, Finding finding) = Assert.Single(await Findings());
        Assert.Equal(check, found);
        Assert.All(new[] { finding.What, finding.Why, finding.Next }, text => Assert.False(string.IsNullOrWhiteSpace(text)));
        return finding;
    }

    /// <summary>Every file and directory, with its contents and when it was changed.</summary>
    public SortedDictionary<string, string> Snapshot() => new(Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).ToDictionary(path => path,
        path => $"{File.GetLastWriteTimeUtc(path).Ticks} {(OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(path))} {(File.Exists(path) ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))) : "")}"), StringComparer.Ordinal);

    public void Dispose() => Project.Dispose();

    /// <summary>A clock that is ahead, or behind.</summary>
    public sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
