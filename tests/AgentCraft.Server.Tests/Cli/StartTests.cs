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
        string[] loaded = [.. File.ReadLines($"/proc/{server.Pid}/maps")
            .Where(line => line.EndsWith(".dll", StringComparison.Ordinal)).Select(line => Path.GetFileName(line.Split(' ')[^1])).Distinct()];
        Assert.Contains("ModelContextProtocol.Core.dll", loaded);
        Assert.DoesNotContain(loaded, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        foreach (string costly in new[]
        {
            "System.CommandLine.dll", "Microsoft.Data.Sqlite.dll", "Dapper.dll", "Markdig.dll",
            "Microsoft.Extensions.Logging.Console.dll", "Microsoft.Extensions.DependencyInjection.dll",
        })
            Assert.DoesNotContain(costly, loaded);
    }

    [Theory]
    [InlineData("serve --stdio --root /tmp", "/tmp")]
    [InlineData("serve --http --root /tmp", null)]
    [InlineData("serve --stdio --root --help", null)]
    [InlineData("serve --help", null)]
    [InlineData("", null)]
    public void Only_what_clients_start_is_run_without_the_parser(string arguments, string? root) =>
        Assert.Equal(root, StdioServing.RootOf(arguments.Split(' ')));
}
