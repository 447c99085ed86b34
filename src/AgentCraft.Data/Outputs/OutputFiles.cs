using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>The table <c>output_contents</c> in each agent's own file.</summary>
internal sealed class OutputFiles(OwnFiles files)
{
    // Nobody takes so long from keeping a content to recording the output that refers to it.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    /// <summary>Keeps a content, once for each hash; keeping it again makes it young, so that pruning leaves it to who is about to refer to it.</summary>
    public Task<int> Keep(AgentRef agent, OutputContent content, CancellationToken cancellationToken) => files.Of(agent).Write(c => c.Execute("""
        INSERT INTO output_contents (agent_id, checksum, content, size, is_text, created_at) VALUES (@Agent, @Checksum, @Stored, @Size, @IsText, @Now)
        ON CONFLICT (agent_id, checksum) DO UPDATE SET created_at = excluded.created_at
        """, new { Agent = agent.Id, content.Checksum, content.Stored, content.Size, content.IsText, c.Time.Now }), cancellationToken);

    /// <summary>The hashes of contents that are not young; those that nothing refers to can go.</summary>
    public async Task<List<string>> ListOld(AgentRef agent, CancellationToken cancellationToken) => files.Existing(agent) is not { } file ? [] : await file.Read(
        c => c.Query<string>("SELECT checksum FROM output_contents WHERE agent_id = @Agent AND created_at < @Before", new { Agent = agent.Id, Before = c.Time.Now - Young }),
        cancellationToken);

    /// <summary>Deletes those of them that are still not young.</summary>
    public Task<int> DeleteOld(AgentRef agent, IReadOnlyList<string> checksums, CancellationToken cancellationToken) => files.Of(agent).Write(
        c => checksums.Sum(checksum => c.Execute("DELETE FROM output_contents WHERE agent_id = @Agent AND checksum = @Checksum AND created_at < @Before",
            new { Agent = agent.Id, Checksum = checksum, Before = c.Time.Now - Young })), cancellationToken);

    /// <summary>What was kept, text or base64; null when it was deleted.</summary>
    public async Task<string?> Find(AgentRef agent, string checksum, CancellationToken cancellationToken) =>
        files.Existing(agent) is not { } file ? null : await file.Read(c => c.First<string>(
            "SELECT content FROM output_contents WHERE agent_id = @Agent AND checksum = @Checksum", new { Agent = agent.Id, Checksum = checksum }), cancellationToken);
}
