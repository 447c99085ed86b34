using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>A store that a server may not write, or not even read: what it says, and that it goes on by itself when that is mended.</summary>
[Collection(CrashCollection.Name)]
public sealed class ReadOnlyStoreTests
{
    [RequiresTheory(Need.Sudo, "it makes a disk read-only")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_a_read_only_disk_reading_works_writing_says_so_and_goes_on_when_it_may(bool wasKilled)
    {
        using TemporaryProject project = new();
        await Fill(project, wasKilled);
        Privileged.Run("mount", "--bind", project.Root, project.Root);
        try
        {
            Privileged.Run("mount", "-o", "remount,bind,ro", project.Root);
            await using StdioServer server = await StdioServer.Connect(project.Root);
            await AssertReadsOnly(server);
            Privileged.Run("mount", "-o", "remount,bind,rw", project.Root);
            await AssertWrites(server);
        }
        finally
        {
            Privileged.Run("umount", "-l", project.Root);
        }
    }

    [RequiresTheory(Need.Sudo, "it is bound by permissions, as root is not")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_a_directory_that_may_not_be_written_reading_works_and_writing_says_so(bool wasKilled)
    {
        using TemporaryProject project = new();
        await Fill(project, wasKilled);
        string folder = project.PathOf(".agentcraft");
        Privileged.Run("chmod", "500", folder);
        try
        {
            await using StdioServer server = await Bound(project);
            await AssertReadsOnly(server);
            Privileged.Run("chmod", "700", folder);
            await AssertWrites(server);
        }
        finally
        {
            Privileged.Run("chmod", "700", folder);
        }
    }

    [Requires(Need.Sudo, "it gives a file to another user")]
    public async Task A_file_of_another_user_is_no_damaged_file_and_says_whose_it_is()
    {
        using TemporaryProject project = new();
        await Fill(project, wasKilled: false);
        Privileged.Run("chown", "65534", project.CentralFile);
        await using StdioServer server = await Bound(project);
        ToolAnswer refusal = await server.Call("list_agents");
        Assert.Equal("store_unavailable", refusal.ErrorCode);
        Assert.Contains(project.CentralFile, refusal.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("belongs to the user with the id 65534", refusal.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("sudo chown -R", refusal.Hint, StringComparison.Ordinal);
        Privileged.Run("chown", $"{Environment.UserName}", project.CentralFile);
        await AssertWrites(server);
    }

    private static async Task Fill(TemporaryProject project, bool wasKilled)
    {
        await using StdioServer server = await StdioServer.Connect(project.Root);
        (await server.Call("start_session", new { agent = "ann" })).Succeeded();
        (await server.Call("log_message", new { from = "ann", to = "ann", content = "Kept." })).Succeeded();
        if (wasKilled)
            server.Kill();
    }

    private static async Task<StdioServer> Bound(TemporaryProject project)
    {
        string[] command = Privileged.BoundByPermissions(ServerExecutable.Path, "serve", "--stdio", "--root", project.Root);
        StdioServer server = StdioServer.StartProgram(command[0], command[1..], project.Root);
        await server.Initialize();
        return server;
    }

    private static async Task AssertReadsOnly(StdioServer server)
    {
        Assert.Equal("Kept.", (await server.Call("read_inbox", new { agent = "ann" })).GetText("messages.0.content"));
        ToolAnswer refusal = await server.Call("log_message", new { from = "ann", to = "ann", content = "Lost?" });
        Assert.Equal("read_only", refusal.ErrorCode);
        Assert.Contains("session.db cannot be written", refusal.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(1, (await server.Call("read_inbox", new { agent = "ann" })).GetNumber("total"));
    }

    private static async Task AssertWrites(StdioServer server)
    {
        (await server.Call("log_message", new { from = "ann", to = "ann", content = "Again." })).Succeeded();
        Assert.Equal(2, (await server.Call("read_inbox", new { agent = "ann" })).GetNumber("total"));
    }
}
