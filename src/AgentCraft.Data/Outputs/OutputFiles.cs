using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>The table <c>output_contents</c> in each agent's own file.</summary>
internal sealed class OutputFiles(OwnFiles files)
{
    /// <summary>Keeps a content, once for each hash; keeping it again changes nothing.</summary>
    public Task<int> Keep(AgentRef agent, OutputContent content, CancellationToken cancellationToken) => files.Of(agent).Write(c => c.Execute("""
        INSERT INTO output_contents (agent_id, checksum, content, size, is_text, created_at) VALUES (@Agent, @Checksum, @Stored, @Size, @IsText, @Now)
        ON CONFLICT (agent_id, checksum) DO NOTHING
        """, new { Agent = agent.Id, content.Checksum, content.Stored, content.Size, content.IsText, c.Time.Now }), cancellationToken);

    /// <summary>What was kept, text or base64; null when it was deleted.</summary>
    public async Task<string?> Find(AgentRef agent, string checksum, CancellationToken cancellationToken) =>
        files.Existing(agent) is not { } file ? null : await file.Read(c => c.First<string>(
            "SELECT content FROM output_contents WHERE agent_id = @Agent AND checksum = @Checksum", new { Agent = agent.Id, Checksum = checksum }), cancellationToken);
}
