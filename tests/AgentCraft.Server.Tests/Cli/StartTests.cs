using AgentCraft.Server.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary>What keeps a start short, by what is loaded rather than by the clock.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Requires(Need.Linux, "reads which assemblies are mapped into the server")]
    public async Task A_server_that_only_shook_hands_has_loaded_no_parser_store_or_web_server()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        string[] loaded = Loaded(server);
        Assert.Contains("ModelContextProtocol.Core.dll", loaded);
        Assert.DoesNotContain(loaded, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        foreach (string costly in new[]
        {
            "System.CommandLine.dll", "Microsoft.Data.Sqlite.dll", "Dapper.dll", "Markdig.dll",
            "Microsoft.Extensions.Logging.Console.dll", "Microsoft.Extensions.DependencyInjection.dll",
        })
            Assert.DoesNotContain(costly, loaded);
    }

    [Requires(Need.Linux, "reads which assemblies are mapped into the server")]
    public async Task A_server_that_has_answered_a_call_has_loaded_nothing_that_only_others_need()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        (await server.Call("start_session", new { agent = "starter" })).Succeeded();
        string[] loaded = Loaded(server);
        Assert.Contains("Dapper.dll", loaded);
        Assert.DoesNotContain(loaded, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        foreach (string costly in new[]
        {
            "System.CommandLine.dll", "Spectre.Console.dll", "Markdig.dll", "Npgsql.dll", "OpenTelemetry.dll", "Microsoft.Extensions.DependencyInjection.dll",
            "Microsoft.Extensions.Logging.dll", "Microsoft.Extensions.Configuration.dll", "Microsoft.Extensions.Configuration.Json.dll",
        })
            Assert.DoesNotContain(costly, loaded);
    }

    /// <summary>A thread that waits by asking again and again takes the processor from all other servers of the machine.</summary>
    [Requires(Need.Strace, "counts how often the server's threads ask for their next turn")]
    public async Task No_thread_spins_while_it_waits_for_the_next_call()
    {
        const int calls = 50, most = 20 * calls;
        string trace = _project.PathOf("trace");
        await using (StdioServer server = StdioServer.StartTraced(_project.Root, "sched_yield", trace))
        {
            await server.InitializeOrEnd();
            (await server.Call("register_agent", new { name = "ann" })).Succeeded();
            for (int i = 0; i < calls; i++)
                (await server.Call("log_message", new { from = "ann", to = "ann", content = $"message {i}" })).Succeeded();
            server.CloseInput();
            await server.WaitForExit(server.Limit);
        }
        int yields = File.ReadLines(trace).Count(line => line.Contains("sched_yield(", StringComparison.Ordinal));
        Assert.True(yields < most, $"{yields} yields for {calls} calls.");
    }

    [Theory]
    [InlineData("serve --stdio --root /tmp", "/tmp", null, false)]
    [InlineData("serve --stdio --root /tmp --toolsets core,tasks", "/tmp", "core,tasks", false)]
    [InlineData("serve --read-only --toolsets all --root /tmp", "/tmp", "all", true)]
    public void What_clients_start_is_run_without_the_parser(string arguments, string root, string? toolsets, bool isReadOnly) =>
        Assert.Equal(new StdioStart(root, new(toolsets, isReadOnly)), StdioServing.StartOf(arguments.Split(' ')));

    [Theory]
    [InlineData("serve --http --root /tmp")]
    [InlineData("serve --stdio --root --help")]
    [InlineData("serve --stdio --root /tmp --root /var")]
    [InlineData("serve --help")]
    [InlineData("serve --toolsets taks")]
    [InlineData("serve --toolsets")]
    [InlineData("serve --toolsets core --toolsets tasks")]
    [InlineData("tools list")]
    [InlineData("")]
    public void Anything_else_is_the_parser_s(string arguments) => Assert.Null(StdioServing.StartOf(arguments.Split(' ')));

    private static string[] Loaded(StdioServer server) => [.. File.ReadLines($"/proc/{server.Pid}/maps")
        .Where(line => line.EndsWith(".dll", StringComparison.Ordinal)).Select(line => Path.GetFileName(line.Split(' ')[^1])).Distinct()];
}
