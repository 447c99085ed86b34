using System.Globalization;
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

    /// <summary>Compiling again what is called often is worth it for a server that answers thousands of calls; most never do.</summary>
    [Fact]
    public async Task Some_hundred_calls_do_not_have_the_program_compiled_again()
    {
        (int few, int many) = (await CompiledAfter(calls: 20), await CompiledAfter(calls: 300));
        Assert.True(many - few < 400, $"{few} methods were compiled for 20 calls, {many} for 300.");
    }

    private async Task<int> CompiledAfter(int calls)
    {
        string file = Path.Combine(_project.Root, $"compiled-{calls}");
        await using (StdioServer server = await StdioServer.Connect(_project.Root, environment: new Dictionary<string, string?>
        {
            // Counted from the first call on, instead of from when it has been quiet for a while.
            ["DOTNET_TC_CallCountingDelayMs"] = "0",
            ["DOTNET_STARTUP_HOOKS"] = typeof(StdioServer).Assembly.Location,
            [StartupHook.FileVariable] = file,
        }))
        {
            foreach (string agent in new[] { "ann", "bob" })
                (await server.Call("register_agent", new { name = agent })).Succeeded();
            for (int i = 0; i < calls; i++)
                (await server.Call("log_message", new { from = "ann", to = "bob", content = $"message {i}" })).Succeeded();
            server.CloseInput();
            await server.WaitForExit(server.Limit);
        }
        return int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
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
