using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Transfer;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Transfer;

/// <summary>Stores to export from and to import into, on the engine of the running test or on files.</summary>
internal sealed class TransferCase : IAsyncDisposable
{
    private readonly List<Stores> _stores = [];
    private readonly List<TemporaryProject> _projects = [];

    /// <summary>A store of a root of its own.</summary>
    public Stores Open(bool onFiles = false)
    {
        TemporaryProject project = new();
        _projects.Add(project);
        return Open(project, onFiles);
    }

    /// <summary>The same store again, as another process would have it.</summary>
    public Stores Open(TemporaryProject project, bool onFiles = false)
    {
        Stores stores = new(project.Root, new Settings { Store = onFiles ? "" : project.Store ?? "" }, TimeProvider.System);
        _stores.Add(stores);
        return stores;
    }

    public TemporaryProject Last => _projects[^1];

    public string PathOf(string name) => _projects[0].PathOf(name);

    /// <summary>Exports into a file.</summary>
    public async Task<string> Export(Stores from, string? project = null, string name = "export.jsonl")
    {
        string file = PathOf(name);
        await using FileStream output = File.Create(file);
        await from.Export.Write(output, project);
        return file;
    }

    /// <summary>A project's own schemas are files, and travel as such.</summary>
    public static void CopySchemas(Stores from, Stores to)
    {
        string source = Path.Combine(from.Databases.Root, ".agentcraft", "schemas");
        foreach (string file in Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [])
        {
            string target = Path.Combine(to.Databases.Root, ".agentcraft", "schemas", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>A file of these lines between a header and a trailer that fits them.</summary>
    public string Sign(IReadOnlyList<string> lines, string name = "signed.jsonl")
    {
        string body = string.Concat(lines.Select(line => line + "\n"));
        Dictionary<string, int> counts = [];
        string prefix = "";
        foreach (string line in lines)
            if (line.StartsWith("{\"agent\"", StringComparison.Ordinal))
                prefix = "agent.";
            else if (line.StartsWith("{\"t\":\"", StringComparison.Ordinal) && prefix + line.Split('"')[3] is var table)
                counts[table] = counts.GetValueOrDefault(table) + 1;
        string end = JsonSerializer.Serialize(new { end = true, lines = body.Count(c => c == '\n'), counts, sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))) });
        File.WriteAllText(PathOf(name), body + end + "\n");
        return PathOf(name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Stores stores in _stores)
            await stores.DisposeAsync();
        foreach (TemporaryProject project in _projects)
            project.Dispose();
    }
}
