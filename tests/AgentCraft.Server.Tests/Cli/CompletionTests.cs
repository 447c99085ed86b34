using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary>Completion as a shell does it.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("agentcraft ", "serve", "status", "tail", "demo", "doctor", "tools", "handover", "completion")]
    [InlineData("agentcraft sta", "status")]
    [InlineData("agentcraft tools li", "list")]
    [InlineData("agentcraft tail --ki", "--kind")]
    [InlineData("agentcraft tail --kind ", "event", "handover", "message", "task")]
    [InlineData("agentcraft tail --kind me", "message")]
    [InlineData("agentcraft completion ba", "bash")]
    [InlineData("agentcraft tools list --toolsets hand", "handovers")]
    public async Task Bash_completes_commands_options_and_values(string line, params string[] expected)
    {
        string[] found = await Complete(line);
        Assert.Empty(expected.Except(found));
        if (!line.EndsWith(' '))
            Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Bash_completes_names_from_the_store()
    {
        await using (StdioServer server = await StdioServer.Connect(_project.Root))
        {
            await server.Call("register_agent", new { name = "reviewer" });
            await server.Call("register_agent", new { name = "coder" });
        }
        Assert.Equal(["reviewer"], await Complete($"agentcraft tail --root {_project.Root} --agent rev"));
        Assert.Equal(["coder", "reviewer"], (await Complete($"agentcraft tail --root {_project.Root} --agent ")).Where(name => !name.StartsWith('-')).Order());
    }

    [Fact]
    public async Task Where_there_is_no_store_there_are_no_names_and_none_is_made()
    {
        Assert.DoesNotContain("reviewer", await Complete($"agentcraft tail --root {_project.Root} --agent "));
        Assert.DoesNotContain("reviewer", await Complete("agentcraft tail --root /nowhere --agent "));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
    }

    [Fact]
    public async Task Bash_completes_in_the_middle_of_a_line() =>
        Assert.Equal(["status"], await Complete("agentcraft sta --json", cursor: "agentcraft sta".Length));

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task The_script_is_as_approved(string shell)
    {
        CommandRun run = await CommandRun.Of(_project.Root, "completion", shell);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Approved.Match(run.Output, $"completion-{shell}", "answers");
        Assert.Equal(run.Output, JsonElement.Parse((await CommandRun.Of(_project.Root, "completion", shell, "--json")).Output).GetProperty("script").GetString());
    }

    /// <summary>Runs the script in bash and presses Tab, as readline does: with the words, the line and the place of the cursor.</summary>
    private async Task<string[]> Complete(string line, int? cursor = null)
    {
        int point = cursor ?? line.Length;
        string[] words = line[..point].Split(' ');
        string script = $$"""
            PATH='{{Path.GetDirectoryName(ServerExecutable.Path)}}':$PATH
            source <(agentcraft completion bash)
            COMP_LINE='{{line}}'; COMP_POINT={{point}}; COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}}); COMP_CWORD={{words.Length - 1}}
            $(complete -p agentcraft | sed 's/.*-F \([^ ]*\).*/\1/')
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using Process shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { WorkingDirectory = _project.Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await shell.WaitForExitAsync();
        Assert.Equal("", await error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
