using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

public sealed class ReadmeTests
{
    [Fact]
    public void The_tool_table_is_what_the_command_above_it_prints()
    {
        string readme = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "README.md")).ReplaceLineEndings("\n");
        Match table = Regex.Match(readme, @"<!-- tools: agentcraft (?<command>tools list --markdown[a-z, -]*?) -->\n(?<table>[^\0]*?)<!-- /tools -->");

        Assert.True(table.Success, "README.md has no table under a comment that names its command.");
        Assert.Equal(Run(table.Groups["command"].Value), table.Groups["table"].Value);
    }

    private static string Run(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo(ServerExecutable.Path, command.Split(' ')) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.ReplaceLineEndings("\n");
    }
}
