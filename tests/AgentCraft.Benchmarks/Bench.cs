using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>What every benchmark needs: the programs to measure, how often, and where the figures go.</summary>
internal sealed class Bench : IDisposable
{
    /// <summary>The peer's version is fixed, so that only our own changes move the ratio.</summary>
    private const string Peer = "@modelcontextprotocol/server-memory";
    private const string PeerVersion = "2026.8.31";

    private readonly List<TemporaryProject> _projects = [];

    private Bench(Report report) => Report = report;

    public Report Report { get; }

    /// <summary>The product, published.</summary>
    public required string Server { get; init; }

    /// <summary>This program, published, to serve the same with an empty tool more.</summary>
    public required string WithEmptyTool { get; init; }

    /// <summary>The script of the peer; null when it could not be had.</summary>
    public string? PeerScript { get; private init; }

    private static string Artifacts => Path.Combine(ServerExecutable.RepositoryRoot, "artifacts");

    public static async Task<Bench> Prepare(Options options, Report report)
    {
        string server = options.Server ?? await Publish("src/AgentCraft.Server", "server", "agentcraft");
        return new(report)
        {
            Server = server,
            WithEmptyTool = await Publish("tests/AgentCraft.Benchmarks", "with-empty-tool", "AgentCraft.Benchmarks"),
            PeerScript = await InstallPeer(report),
        };
    }

    /// <summary>So many repetitions: fewer in a quick run.</summary>
    public T Of<T>(T quick, T full) => Report.Quick ? quick : full;

    /// <summary>A fresh root, deleted at the end.</summary>
    public string NewRoot()
    {
        TemporaryProject project = new();
        _projects.Add(project);
        return project.Root;
    }

    public StdioServer StartProduct(string root) => StdioServer.StartProgram(Server, ["serve", "--stdio", "--root", root], root);

    public StdioServer StartWithEmptyTool(string root) => StdioServer.StartProgram(WithEmptyTool, [EmptyTools.ServeCommand, root], root);

    public StdioServer StartPeer(string root) => StdioServer.StartProgram("node", [PeerScript!], root,
        new Dictionary<string, string?> { ["MEMORY_FILE_PATH"] = Path.Combine(root, "memory.jsonl") });

    /// <summary>The product, connected, with these agents in a session.</summary>
    public async Task<StdioServer> Connect(string root, params string[] agents)
    {
        StdioServer server = StartProduct(root);
        await server.Initialize();
        foreach (string agent in agents)
            (await server.Call("start_session", new { agent })).Succeeded();
        return server;
    }

    public void Dispose() => _projects.ForEach(project => project.Dispose());

    private static async Task<string> Publish(string project, string folder, string executable)
    {
        string output = Path.Combine(Artifacts, "bench", folder);
        Console.WriteLine($"Publishing {project} to artifacts/bench/{folder} …");
        if (await Programs.Run(ServerExecutable.RepositoryRoot, "dotnet", "publish", project, "-c", "Release", "-o", output) is { } failure)
            throw new InvalidOperationException(failure);
        return Path.Combine(output, executable);
    }

    private static async Task<string?> InstallPeer(Report report)
    {
        string folder = Path.Combine(Artifacts, "npm");
        string script = Path.Combine(folder, "node_modules", Peer, "dist", "index.js");
        string? failure = await Programs.Run(".", "node", "--version");
        if (failure is null && !File.Exists(script))
        {
            Console.WriteLine($"Installing {Peer} {PeerVersion} to artifacts/npm …");
            Directory.CreateDirectory(folder);
            failure = await Programs.Run(folder, "npm", "i", "--prefix", folder, "--no-audit", "--no-fund", $"{Peer}@{PeerVersion}");
        }
        if (failure is null)
            return script;
        report.Note($"SKIPPED: the reference {Peer}, because {failure}");
        return null;
    }
}
