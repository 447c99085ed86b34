using AgentCraft.Data.Agents;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tokens;

/// <summary>The table <c>tokens</c>: who may call over HTTP. <see cref="TokenCheck"/> looks at those that callers show.</summary>
public sealed class TokenStore(Databases databases, AgentStore agents, ProjectStore projects)
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(36_500);

    // An agent that was removed takes its tokens with it.
    internal const string Select = """
        SELECT t.seq, t.id, a.name AS agent, a.id AS agent_id, t.scope, t.hash, t.prefix, t.last_four, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
        FROM tokens t LEFT JOIN agents a ON a.seq = t.agent_seq AND a.status <> 'removed'
        """;

    /// <summary>Makes a token; its text is in the answer and nowhere else.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_argument</c></exception>
    public async Task<CreatedToken> Create(NewToken wish, CancellationToken cancellationToken = default)
    {
        AgentName name = await agents.FindName(wish.Agent, cancellationToken);
        if (wish.Lifetime is { } life && (life <= TimeSpan.Zero || life > LongestLife))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "A token must live longer than no time, and at most a hundred years.", "Use for example --expires 30d, or leave it out.");
        string secret = TokenText.New();
        return await databases.Central.Write(c => new CreatedToken(secret, Create(c, name, wish, secret)), cancellationToken);
    }

    /// <summary>All there are, the oldest first, those that are revoked or expired too.</summary>
    public Task<IReadOnlyList<Token>> List(CancellationToken cancellationToken = default) =>
        databases.Central.Read<IReadOnlyList<Token>>(c => c.Query<Token>($"{Select} ORDER BY t.seq"), cancellationToken);

    /// <summary>Makes a token useless, now and for ever. Doing so again changes nothing.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<Token> Revoke(string id, CancellationToken cancellationToken = default) => databases.Central.Write(c =>
    {
        Token token = Get(c, id);
        if (token.RevokedAt is not null)
            return token;
        c.Execute("UPDATE tokens SET revoked_at = @Now WHERE seq = @Seq", new { c.Time.Now, token.Seq });
        Told(c, "token_revoked", token);
        return Get(c, id);
    }, cancellationToken);

    /// <summary>Gives a token a new text; the old one is useless from now on. Agent, scope and end stay.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>; <c>not_allowed</c> for one that is of no use any more</exception>
    public Task<CreatedToken> Rotate(string id, CancellationToken cancellationToken = default)
    {
        string secret = TokenText.New();
        return databases.Central.Write(c =>
        {
            Token token = Get(c, id);
            if (token.Fault(c.Time.Now) is { } fault)
                throw new AgentCraftException(ErrorCodes.NotAllowed, $"{id} cannot be rotated. {fault}", "Make a new one: agentcraft token create.");
            c.Execute("UPDATE tokens SET hash = @Hash, prefix = @Prefix, last_four = @LastFour WHERE seq = @Seq",
                new { Hash = TokenText.Hash(secret), Prefix = TokenText.Beginning(secret), LastFour = TokenText.End(secret), token.Seq });
            Told(c, "token_rotated", token);
            return new CreatedToken(secret, Get(c, id));
        }, cancellationToken);
    }

    /// <summary>Deletes all tokens, so that programs on the server's own machine may call without one again. Returns how many.</summary>
    public Task<int> Clear(CancellationToken cancellationToken = default) => databases.Central.Write(c =>
    {
        int deleted = c.Execute("DELETE FROM tokens");
        if (deleted > 0)
            AuditLog.Append(c, AuditEntry.ByPerson("tokens_cleared") with { Detail = $"{deleted}" });
        return deleted;
    }, cancellationToken);

    private Token Create(Connection c, AgentName name, NewToken wish, string secret)
    {
        Agent? known = agents.Find(c, name.Value);
        Agent agent = known is null or { Status: AgentStatus.Removed } ? agents.Prepare(c, new() { Name = name }, projects.GetOrCreateDefault(c)) : known;
        string id = Ids.New("token", c.Time.Now);
        c.Execute("""
            INSERT INTO tokens (id, agent_seq, scope, hash, prefix, last_four, created_at, expires_at)
            VALUES (@Id, @Agent, @Scope, @Hash, @Prefix, @LastFour, @Now, @ExpiresAt)
            """, new
        {
            Id = id, Agent = agent.Seq, wish.Scope, Hash = TokenText.Hash(secret), Prefix = TokenText.Beginning(secret), LastFour = TokenText.End(secret), c.Time.Now,
            ExpiresAt = wish.Lifetime is { } life ? c.Time.Now + life : (DateTimeOffset?)null,
        });
        Token token = Get(c, id);
        Told(c, "token_created", token);
        return token;
    }

    private static Token Get(Connection c, string id)
    {
        if (c.First<Token>($"{Select} WHERE t.id = @Id", new { Id = id }) is { } token)
            return token;
        throw new AgentCraftException(ErrorCodes.NotFound, $"No token '{Text.Shown(id)}'.",
            $"{Text.DidYouMean(id, c.Query<string>("SELECT id FROM tokens ORDER BY seq DESC LIMIT 200"))}agentcraft token list shows all, with their ids.");
    }

    private static void Told(Connection c, string action, Token token) => AuditLog.Append(c, AuditEntry.ByPerson(action) with
    {
        Agent = token.Agent,
        Target = token.Id,
        Detail = $"scope {SnakeCase.Of(token.Scope)}",
    });
}
