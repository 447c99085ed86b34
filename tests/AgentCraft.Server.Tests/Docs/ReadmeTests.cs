using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

public sealed class ReadmeTests
{
    private const string Begin = "<!-- tools: agentcraft tools list --markdown -->\n";
    private const string End = "<!-- /tools -->";

    [Fact]
    public void The_tool_table_is_what_tools_list_prints()
    {
        string readme = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "README.md")).ReplaceLineEndings("\n");
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string table = readme[begin..readme.IndexOf(End, StringComparison.Ordinal)];

        Assert.Equal(ListTools(), table);
    }

    private static string ListTools()
    {
        using Process process = Process.Start(new ProcessStartInfo(ServerExecutable.Path, ["tools", "list", "--markdown"]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.ReplaceLineEndings("\n");
    }
}
