using System.Text.Json;
using AgentCraft.Data.Installation;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

public sealed class ClientConfigurationTests
{
    [RequiresTheory(Need.Unix, "env finds the executable on the PATH as a client would")]
    [InlineData("claude-code.mcp.json", "mcpServers")]
    [InlineData("cursor.mcp.json", "mcpServers")]
    [InlineData("vscode.mcp.json", "servers")]
    public async Task A_ready_made_configuration_starts_the_server_from_the_PATH(string file, string servers)
    {
        using TemporaryProject project = new();
        JsonElement server = Read(file).GetProperty(servers).GetProperty("agentcraft");
        IEnumerable<string> arguments = server.GetProperty("args").EnumerateArray().Select(a => a.GetString()!.Replace("${workspaceFolder}", project.Root));

        await using StdioServer client = StdioServer.StartProgram("/usr/bin/env", [server.GetProperty("command").GetString()!, .. arguments], project.Root,
            new Dictionary<string, string?> { ["PATH"] = $"{Path.GetDirectoryName(ServerExecutable.Path)}:{Environment.GetEnvironmentVariable("PATH")}" });
        await client.Initialize();
        ToolAnswer brief = await client.Call("start_session", new { agent = "claude" });

        Assert.Equal(Path.GetFileName(project.Root), brief.Succeeded().GetText("session.project"));
        Assert.True(File.Exists(project.CentralFile));
    }

    [Theory]
    [InlineData("claude", "claude-code.mcp.json")]
    [InlineData("cursor", "cursor.mcp.json")]
    [InlineData("vscode", "vscode.mcp.json")]
    public void A_ready_made_configuration_is_what_install_writes(string name, string file)
    {
        ClientProgram client = ClientProgram.All.Single(client => client.Name == name);
        Assert.Equal(client.NewFile(client.Entry(["agentcraft"])), File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, ".mcp", file)).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_README_says_of_each_client_what_install_writes()
    {
        string readme = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "README.md"));
        Assert.All(ClientProgram.All, client => Assert.Contains($"| {client.Title} | `agentcraft install --client {client.Name}`: `{client.Path}` has `{client.Entry(["agentcraft"]).ToCommandLine()}` |", readme, StringComparison.Ordinal));
    }

    private static JsonElement Read(string file) =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, ".mcp", file)));
}
