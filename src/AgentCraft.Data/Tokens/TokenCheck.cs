using System.Collections.Concurrent;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tokens;

/// <summary>
/// Looks at the tokens that callers show. What was read is good for a tenth of a second, so that a busy caller costs few reads and one
/// who was revoked is out within a second, whichever process revoked it.
/// </summary>
public sealed class TokenCheck(Databases databases)
{
    private const int MostKept = 1000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (Token Token, long ReadAt)> _known = new(StringComparer.Ordinal);
    private SeenToken? _seen;

    /// <summary>
    /// There is a token, be it a useless one: that the last one has ended must not open the door. That there is none is asked anew each
    /// time: the first token closes the door at once.
    /// </summary>
    public async Task<bool> Any(CancellationToken cancellationToken = default)
    {
        if (_seen is { } known && IsFresh(known.ReadAt))
            return true;
        long now = databases.Time.GetTimestamp();
        bool any = databases.HasCentral && await databases.Central.Read(c => c.First<long>("SELECT count(*) FROM (SELECT seq FROM tokens LIMIT 1) t"), cancellationToken) > 0;
        _seen = any ? new(now) : null;
        return any;
    }

    /// <summary>The token of that text; or why it is none that is good.</summary>
    public async Task<(Token? Token, string? Fault)> Verify(string text, CancellationToken cancellationToken = default)
    {
        Token? token = TokenText.IsLikeOne(text) ? await Find(TokenText.Hash(text), cancellationToken) : null;
        if (token is null)
            return (null, "There is no such token.");
        DateTimeOffset now = databases.Time.GetUtcNow();
        if (token.Fault(now) is { } fault)
            return (null, fault);
        if (!(now - token.LastUsedAt < UseInterval))
            Used(token, now);
        return (token, null);
    }

    private async Task<Token?> Find(string hash, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(hash, out var known) && IsFresh(known.ReadAt))
            return known.Token;
        long now = databases.Time.GetTimestamp();
        Token? token = await databases.Central.Read(c => c.First<Token>($"{TokenStore.Select} WHERE t.hash = @Hash", new { Hash = hash }), cancellationToken);
        if (token is null || !TokenText.AreEqual(token.Hash, hash))
        {
            _known.TryRemove(hash, out _);
            return null;
        }
        if (_known.Count >= MostKept)
            _known.Clear();
        _known[hash] = (token, now);
        return token;
    }

    private bool IsFresh(long readAt) => databases.Time.GetElapsedTime(readAt) < Fresh;

    // Derived, like a heartbeat: it must cost the call nothing, and may be lost.
    private void Used(Token token, DateTimeOffset now)
    {
        if (_known.TryGetValue(token.Hash, out var known))
            _known.TryUpdate(token.Hash, (known.Token with { LastUsedAt = now }, known.ReadAt), known);
        _ = Task.Run(() => databases.Central.Write(c => c.Execute("UPDATE tokens SET last_used_at = @Now WHERE seq = @Seq", new { c.Time.Now, token.Seq })))
            .ContinueWith(static write => _ = write.Exception, TaskScheduler.Default);
    }

    private sealed record SeenToken(long ReadAt);
}
