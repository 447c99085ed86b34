using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>A server on a disk of a few megabytes that fills up, and gets room again.</summary>
[Collection(CrashCollection.Name)]
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Callers = 4, MostPosts = 2_000, Size = 20_000;

    [Requires(Need.Sudo, "it mounts a disk of a few megabytes")]
    public async Task A_full_disk_is_disk_full_loses_nothing_acknowledged_and_needs_no_restart()
    {
        using TemporaryProject project = new();
        string disk = Directory.CreateDirectory(project.PathOf(".agentcraft")).FullName;
        Privileged.Run("mount", "-t", "tmpfs", "-o", "size=4m,mode=777", "tmpfs", disk);
        try
        {
            List<string> acknowledged = [];
            await using (StdioServer server = await StdioServer.Connect(project.Root))
            {
                (await server.Call("start_session", new { agent = "writer" })).Succeeded();
                ToolAnswer[] refusals = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Fill(server, caller, acknowledged)));
                output.WriteLine($"{acknowledged.Count} posts of {Size} bytes, then: {refusals[0].ErrorMessage}");
                Assert.All(refusals, AssertFull);
                Assert.True((await server.Call("read_inbox", new { agent = "writer", limit = 1 })).GetNumber("total") >= acknowledged.Count);

                await using StdioServer newcomer = await StdioServer.Connect(project.Root);
                ToolAnswer late = await newcomer.Call("log_message", new { from = "writer", to = "writer", content = new string('n', Size) });
                AssertFull(late);

                Privileged.Run("mount", "-o", "remount,size=40m", disk);
                foreach (StdioServer either in new[] { server, newcomer })
                    acknowledged.Add((await either.Call("log_message", new { from = "writer", to = "writer", content = "There is room." })).GetText("messages.0.id"));
            }
            using StoreView central = StoreView.Central(project);
            central.AssertIntact();
            central.AssertCountsAreExact();
            Assert.Empty(acknowledged.Except(central.Texts("SELECT id FROM messages")));
        }
        finally
        {
            Privileged.Run("umount", "-l", disk);
        }
    }

    private static async Task<ToolAnswer> Fill(StdioServer server, int caller, List<string> acknowledged)
    {
        for (int i = 0; i < MostPosts; i++)
        {
            ToolAnswer answer = await server.Call("log_message", new { from = "writer", to = "writer", content = $"{caller}-{i} {new string('x', Size)}" });
            if (answer.IsError)
                return answer;
            lock (acknowledged)
                acknowledged.Add(answer.GetText("messages.0.id"));
        }
        throw new InvalidOperationException("The disk does not fill up.");
    }

    private static void AssertFull(ToolAnswer refusal)
    {
        Assert.Equal("disk_full", refusal.ErrorCode);
        Assert.True(refusal.IsRetryable);
    }
}
