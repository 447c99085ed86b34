using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>What every benchmark needs: the programs to measure, how often, and where the figures go.</summary>
internal sealed class Bench : IDisposable
{
    private const string Peer = "@modelcontextprotocol/server-memory";

    private readonly List<TemporaryProject> _projects = [];
    private readonly List<HttpServer> _overHttp = [];

    private Bench(Report report) => Report = report;

    public Report Report { get; }

    /// <summary>The product, published.</summary>
    public required string Server { get; init; }

    /// <summary>This program, published, to serve the same with an empty tool more.</summary>
    public required string WithEmptyTool { get; init; }

    /// <summary>The script of server-memory; null when it could not be had.</summary>
    public string? PeerScript { get; private init; }

    public static string Repository => ServerExecutable.RepositoryRoot;

    public static string Artifacts => Path.Combine(Repository, "artifacts");

    public static async Task<Bench> Prepare(Options options, Report report)
    {
        string server = options.Server ?? await Publish("src/AgentCraft.Server", "server", "agentcraft");
        return new(report)
        {
            Server = server,
            WithEmptyTool = await Publish("tests/AgentCraft.Benchmarks", "with-empty-tool", "AgentCraft.Benchmarks"),
            PeerScript = await InstallPeer(report, Peer, Path.Combine(Artifacts, "npm"), "dist/index.js", false),
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

    public StdioServer StartProduct(string root, params string[] arguments) => StdioServer.StartProgram(Server, ["serve", "--stdio", "--root", root, .. arguments], root);

    public StdioServer StartWithEmptyTool(string root) => StdioServer.StartProgram(WithEmptyTool, [EmptyTools.ServeCommand, root], root);

    public Task<HttpServer> StartHttpProduct(string root, params string[] arguments) =>
        StartHttp(Server, ["serve", "--http", "--url", "http://127.0.0.1:0", "--root", root, .. arguments], root);

    public Task<HttpServer> StartHttpWithEmptyTool(string root) => StartHttp(WithEmptyTool, [EmptyHttp.ServeCommand, root], root);

    public StdioServer StartPeer(string root) => StdioServer.StartProgram("node", [PeerScript!], root,
        new Dictionary<string, string?> { ["MEMORY_FILE_PATH"] = Path.Combine(root, "memory.jsonl") });

    /// <summary>Another program to measure beside ours, with a part that is compiled here; null, and a note, when it cannot be had.</summary>
    public Task<string?> InstallPeer(string package, string script) =>
        InstallPeer(Report, package, Path.Combine(Artifacts, "peers", package), script, true);

    /// <summary>The product, connected, with these agents in a session.</summary>
    public Task<StdioServer> Connect(string root, params string[] agents) => Connect(StartProduct(root), agents);

    /// <summary>The same with all its tools.</summary>
    public Task<StdioServer> ConnectWithAllTools(string root, params string[] agents) => Connect(StartProduct(root, "--toolsets", "all"), agents);

    private static async Task<StdioServer> Connect(StdioServer server, string[] agents)
    {
        await server.Initialize();
        foreach (string agent in agents)
            (await server.Call("start_session", new { agent })).Succeeded();
        return server;
    }

    /// <summary>Before an end that leaves no time: servers over stdio see it by themselves, others and the folders would stay.</summary>
    public void Abandon()
    {
        _overHttp.ForEach(server => server.Kill());
        Dispose();
    }

    public void Dispose() => _projects.ForEach(project => project.Dispose());

    private async Task<HttpServer> StartHttp(string program, string[] arguments, string root)
    {
        HttpServer server = await HttpServer.StartProgram(program, arguments, root);
        _overHttp.Add(server);
        return server;
    }

    private static async Task<string> Publish(string project, string folder, string executable)
    {
        string output = Path.Combine(Artifacts, "bench", folder);
        Console.WriteLine($"Publishing {project} to artifacts/bench/{folder} …");
        if (await Programs.Run(Repository, "dotnet", "publish", project, "-c", "Release", "-o", output) is { } failure)
            throw new InvalidOperationException(failure);
        return Path.Combine(output, executable);
    }

    private static async Task<string?> InstallPeer(Report report, string package, string folder, string script, bool hasNativePart)
    {
        if (await Npm.Install(package, folder, script, hasNativePart) is not { } failure)
            return Path.Combine(folder, "node_modules", package, script);
        report.Note($"SKIPPED: the reference {package}, because {LastLines(failure)}");
        return null;
    }

    /// <summary>Where the reason is; without the names of hosts, which are nobody's business.</summary>
    private static string LastLines(string text) =>
        Regex.Replace(string.Join(' ', text.Split('\n').TakeLast(5)), "https?://[^/ ]+", "(registry)");
}
