using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

public sealed class ReadmeTests
{
    [Fact]
    public void The_tool_table_is_what_the_command_above_it_prints()
    {
        string file = Path.Combine(ServerExecutable.RepositoryRoot, "README.md"), readme = File.ReadAllText(file).ReplaceLineEndings("\n");
        Match table = Regex.Match(readme, @"<!-- tools: agentcraft (?<command>tools list --markdown[a-z, -]*?) -->\n(?<table>[^\0]*?)<!-- /tools -->");

        Assert.True(table.Success, "README.md has no table under a comment that names its command.");
        string printed = Run(table.Groups["command"].Value);
        if (Approved.MayAccept)
            File.WriteAllText(file, readme.Replace(table.Groups["table"].Value, printed, StringComparison.Ordinal));
        else
            Assert.Equal(printed, table.Groups["table"].Value);
    }

    private static string Run(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo(ServerExecutable.Path, command.Split(' ')) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.ReplaceLineEndings("\n");
    }
}
