using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>create_backup</c> and <c>list_backups</c>. What PostgreSQL says to them is in BackupCommandTests.</summary>
[OnSqlite("A database server is backed up by its own tools.")]
public abstract class BackupContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Create_backup_answers_as_approved()
    {
        await Start("alice");
        (await Call("append_history", new { agent = "alice", role = "user", content = "hello" })).Succeeded();
        Story story = Tell("create_backup");
        await story.Call("Central and alice's own file", new { agent = "alice", idempotencyKey = "k" });
        await story.Call("The same again", new { agent = "alice", idempotencyKey = "k" });
        await story.Call("Whoever asks");
        await story.Call("No such agent", new { agent = "alcie" });
        await story.Call("No key", new { agent = "alice", idempotencyKey = "" });
        Approve(story, "create_backup");
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(Root, ".agentcraft", "backups")).Length);
    }

    [Fact]
    public async Task List_backups_answers_as_approved()
    {
        await Start("alice");
        Story story = Tell("list_backups");
        await story.Call("None yet");
        string oldest = (await Call("create_backup")).GetText("backup.path");
        for (int more = 0; more < 2; more++)
            (await Call("create_backup")).Succeeded();
        File.Delete(Path.Combine(oldest, "session.db"));
        ToolAnswer first = await story.Call("The newest", new { limit = 1 });
        await story.Call("The others, of which one is damaged", new { cursor = first.GetText("cursor") });
        await story.Call("No page", new { limit = 0 });
        await story.Call("No cursor", new { cursor = "x" });
        Approve(story, "list_backups");
    }

    [Fact]
    public async Task What_is_written_while_a_backup_is_made_is_kept_and_the_backup_is_an_event()
    {
        await Start("alice", "bob");
        ContractConnection other = await Connect();
        Task<ToolAnswer> backup = other.Call("create_backup", new { agent = "bob" });
        for (int message = 0; message < 20; message++)
            await Post("alice", "bob");
        string name = (await backup).GetText("backup.name");
        Assert.Equal(20, (await Call("read_inbox", new { agent = "bob" })).GetNumber("unread"));
        ToolAnswer events = await Call("list_events", new { type = "backup_created" });
        Assert.Equal((name, "bob", "on_demand"), (events.GetText("events.0.entityId"), events.GetText("events.0.agent"), events.GetText("events.0.data.reason")));
    }

    // How large a file is depends on the SQLite that made it.
    private static new void Approve(Story story, string tool) => Approved.Match(Regex.Replace(story.ToString(), """("(?:size|totalSize)": )[1-9]\d*""", "$1n"), tool, "approved");
}
