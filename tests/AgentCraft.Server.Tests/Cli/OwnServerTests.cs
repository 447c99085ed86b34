using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary>The server that a workspace's clients start uses the store of the one that made the workspace, and no password is written for it.</summary>
public sealed class OwnServerTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("", "serve --stdio --root ROOT", null)]
    [InlineData("Host=db;Database=team", "serve --stdio --root ROOT --store Host=db;Database=team", null)]
    [InlineData("Host=db;Database=team;Username=u;Password=hunter2", "serve --stdio --root ROOT", "${AGENTCRAFT__STORE}")]
    [InlineData("postgres://u:hunter2@db/team", "serve --stdio --root ROOT", "${AGENTCRAFT__STORE}")]
    public async Task A_store_that_the_command_line_named_goes_with_it(string store, string arguments, string? variable)
    {
        ConfiguredMcpServer server = await Of(store);
        Assert.Equal(arguments, string.Join(' ', server.Args.SkipWhile(arg => arg != "serve")).Replace(_project.Root, "ROOT", StringComparison.Ordinal));
        Assert.Equal(variable, server.Env.GetValueOrDefault("AGENTCRAFT__STORE"));
    }

    [Fact]
    public async Task A_store_that_the_project_s_settings_name_is_found_there()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        await File.WriteAllTextAsync(SettingsFile.PathOf(_project.Root), """{"store":"Host=db;Database=team"}""");
        ConfiguredMcpServer server = await Of("Host=db;Database=team");
        Assert.DoesNotContain("--store", server.Args);
        Assert.Empty(server.Env);
    }

    private async Task<ConfiguredMcpServer> Of(string store)
    {
        await using Stores stores = new(_project.Root, new Settings { Store = store }, TimeProvider.System);
        return OwnServer.Of(stores);
    }
}
