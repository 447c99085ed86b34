using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>A real server with more agents than it keeps files open for.</summary>
public sealed class AgentFilesTests
{
    private const int Agents = 24, Most = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Requires(Need.Linux, "it reads which files the server has open in /proc")]
    public async Task A_server_keeps_as_many_agents_files_open_as_it_was_told_and_answers_for_all()
    {
        using TemporaryProject project = new();
        Directory.CreateDirectory(project.PathOf(".agentcraft"));
        File.WriteAllText(project.PathOf(".agentcraft", "config.json"), $$"""{ "agents": { "maxOpenFiles": {{Most}} } }""");
        await using StdioServer server = await StdioServer.Connect(project.Root, ["--toolsets", "all"]);
        for (int i = 0; i < Agents; i++)
        {
            (await server.Call("register_agent", new { name = $"agent-{i}" })).Succeeded();
            (await server.Call("append_history", new { agent = $"agent-{i}", role = "user", content = $"Say {i}." })).Succeeded();
        }
        await Eventually.Become(() => OpenFiles(server.Pid) <= Most, Limit, $"the server has at most {Most} agents' files open");
        ToolAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, Agents).Select(i => server.Call("get_history", new { agent = $"agent-{i}" })));
        Assert.Equal(Enumerable.Range(0, Agents).Select(i => $"Say {i}."), answers.Select(answer => answer.GetText("entries.0.content")));
        await Eventually.Become(() => OpenFiles(server.Pid) <= Most, Limit, $"the server has at most {Most} agents' files open again");
    }

    /// <summary>Descriptors come and go while they are listed.</summary>
    private static int OpenFiles(int pid) => Directory.GetFiles($"/proc/{pid}/fd").Select(Target).Where(file => file.EndsWith("agent.db", StringComparison.Ordinal)).Distinct().Count();

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
