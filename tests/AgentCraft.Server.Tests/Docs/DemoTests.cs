using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_checks_what_it_shows_and_leaves_nothing_behind()
    {
        (int exitCode, string output) = await Run("demo", "--json");

        JsonElement story = JsonElement.Parse(output);
        Assert.Equal(0, exitCode);
        Assert.True(story.GetProperty("good").GetBoolean());
        Assert.Equal(6, story.GetProperty("steps").EnumerateArray().Count(step => step.TryGetProperty("holds", out _)));
    }

    [Fact]
    public async Task The_demo_tells_how_to_connect_a_client()
    {
        (int exitCode, string output) = await Run("demo");

        Assert.Equal(0, exitCode);
        Assert.Contains("architect over HTTP; builder over stdio, server process ", output);
        Assert.Contains("claude mcp add agentcraft -- ", output);
        Assert.Contains(".cursor/mcp.json", output);
        Assert.Contains(".vscode/mcp.json", output);
    }

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        using TemporaryProject folder = new();
        ProcessStartInfo start = new(ServerExecutable.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = folder.Root;
        // A store that a team has set is not for playing in.
        start.Environment["AGENTCRAFT__STORE"] = "Host=127.0.0.1;Port=1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        Assert.Empty(Directory.GetDirectories(folder.Root, "agentcraft-demo-*"));
        return (process.ExitCode, output);
    }
}
