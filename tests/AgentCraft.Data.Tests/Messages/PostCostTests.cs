using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Messages;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Tests.Messages;

/// <summary>What a post costs, in statements of its writer: what makes it slow again is seen here, on any machine.</summary>
public sealed class PostCostTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly List<string> _statements = [];
    private readonly strdelegate_trace _trace;
    private Stores _stores = null!;

    public PostCostTests() => _trace = (_, sql) => _statements.Add(FirstWords(sql));

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), new FakeTime());
        foreach (string name in new[] { "alice", "bob" })
            await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(name) } });
        await Post();
        await _stores.Databases.Central.Write(c =>
        {
            raw.sqlite3_trace(((SqliteConnection)c.Inner).Handle, _trace, null);
            return 0;
        });
        _statements.Clear();
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_post_finds_its_two_agents_and_its_session_stores_itself_and_counts()
    {
        await Post();
        Assert.Equal("""
            BEGIN IMMEDIATE
            SELECT seq, project_seq,
            SELECT s.seq, s.project_seq,
            SELECT seq, project_seq,
            INSERT INTO messages
            INSERT INTO inbox_counts
            COMMIT
            """, string.Join('\n', _statements));
    }

    private Task<PostedMessages> Post() => _stores.Messages.Append(new() { From = "alice", To = ["bob"], Content = "x" }, idempotencyKey: null);

    private static string FirstWords(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(3));
}
