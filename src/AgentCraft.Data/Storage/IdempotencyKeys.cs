using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentCraft.Data.Storage;

/// <summary>
/// Makes a repeated call give the first one's result: the key is stored in the transaction of the rows that it protects, in the same file.
/// Keys live for 24 hours by the time of leases.
/// </summary>
public sealed class IdempotencyKeys
{
    /// <summary>How long a key protects.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private const int LongestKey = 200;

    /// <summary>Runs the work once for each key of an agent.</summary>
    /// <param name="connection">The running transaction.</param>
    /// <param name="agentId">Whose key it is.</param>
    /// <param name="key">The client's key; null runs the work without protection.</param>
    /// <param name="arguments">What the call asks for; the same key with other arguments is a conflict.</param>
    /// <param name="argumentsType">How to write it as JSON.</param>
    /// <param name="resultType">How to keep the result.</param>
    /// <param name="work">Makes the rows.</param>
    /// <returns>The result, and whether it is that of an earlier call.</returns>
    /// <exception cref="AgentCraftException"><c>idempotency_conflict</c></exception>
    public (TResult Result, bool Replayed) Run<TArguments, TResult>(
        Connection connection, string agentId, string? key, TArguments arguments,
        JsonTypeInfo<TArguments> argumentsType, JsonTypeInfo<TResult> resultType, Func<TResult> work)
    {
        if (key is null)
            return (work(), false);
        Check(key);
        agentId = OwnerOf(connection, agentId);
        string hash = Hash(typeof(TArguments).Name, JsonSerializer.SerializeToUtf8Bytes(arguments, argumentsType));
        if (Find(connection, agentId, key) is { } kept)
            return (Replay(kept, key, hash, resultType), true);
        TResult result = work();
        Store(connection, agentId, key, hash, JsonSerializer.Serialize(result, resultType));
        return (result, false);
    }

    /// <summary>The result of an earlier call with this key, for who must know before it does something else; null when there is none.</summary>
    /// <exception cref="AgentCraftException"><c>idempotency_conflict</c></exception>
    internal TResult? Peek<TArguments, TResult>(
        Connection connection, string agentId, string key, TArguments arguments, JsonTypeInfo<TArguments> argumentsType, JsonTypeInfo<TResult> resultType)
        where TResult : class =>
        connection.First<KeptResult>("""
            SELECT arguments_hash, result FROM idempotency_keys
            WHERE agent_id = @AgentId AND key = @Key AND ((boot_id = @BootId AND boot_ms >= @BootMs) OR (boot_id <> @BootId AND expires_at >= @Now))
            """,
            new { AgentId = OwnerOf(connection, agentId), Key = key, connection.Time.BootId, BootMs = connection.Time.BootMilliseconds, connection.Time.Now })
            is { } kept ? Replay(kept, key, Hash(typeof(TArguments).Name, JsonSerializer.SerializeToUtf8Bytes(arguments, argumentsType)), resultType) : null;

    /// <summary>What running will check of a key, for who does something else first.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c></exception>
    public static void Check(string? key)
    {
        if (key?.Length is 0 or > LongestKey)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"idempotencyKey must have 1 to {LongestKey} characters, not {key.Length}.",
                "Use a fresh UUID for each new call, and the same one when you repeat it.");
        Text.Storable(key, "idempotencyKey");
    }

    /// <summary>One database may hold the keys of what would be several files.</summary>
    private static string OwnerOf(Connection connection, string agentId) => connection.Owner.Length == 0 ? agentId : $"{connection.Owner}/{agentId}";

    private static TResult Replay<TResult>(KeptResult kept, string key, string hash, JsonTypeInfo<TResult> resultType) =>
        kept.ArgumentsHash == hash
            ? JsonSerializer.Deserialize(kept.Result, resultType)!
            : throw new AgentCraftException(ErrorCodes.IdempotencyConflict, $"The idempotency key '{key}' was used before with other arguments.",
                "Use a new key for a new call; repeat the key only with the very same arguments.");

    private static KeptResult? Find(Connection connection, string agentId, string key)
    {
        // Keys expire in the order in which they came, so a look at the oldest few each time keeps the table to about a day.
        connection.Execute("""
            DELETE FROM idempotency_keys
            WHERE (seq IN (SELECT seq FROM idempotency_keys ORDER BY seq LIMIT 20) OR (agent_id = @AgentId AND key = @Key))
              AND ((boot_id = @BootId AND boot_ms < @BootMs) OR (boot_id <> @BootId AND expires_at < @Now))
            """, new { AgentId = agentId, Key = key, connection.Time.BootId, BootMs = connection.Time.BootMilliseconds, connection.Time.Now });
        return connection.First<KeptResult>(
            "SELECT arguments_hash, result FROM idempotency_keys WHERE agent_id = @AgentId AND key = @Key",
            new { AgentId = agentId, Key = key });
    }

    private static void Store(Connection connection, string agentId, string key, string hash, string result) =>
        connection.Execute("""
            INSERT INTO idempotency_keys (agent_id, key, arguments_hash, result, boot_id, boot_ms, expires_at)
            VALUES (@AgentId, @Key, @Hash, @Result, @BootId, @BootMs, @ExpiresAt)
            """,
            new
            {
                AgentId = agentId,
                Key = key,
                Hash = hash,
                Result = result,
                connection.Time.BootId,
                BootMs = connection.Time.BootMilliseconds + (long)Life.TotalMilliseconds,
                ExpiresAt = connection.Time.Now + Life,
            });

    private static string Hash(string kind, byte[] json)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(kind));
        hash.AppendData(json);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class KeptResult
    {
        public string ArgumentsHash { get; init; } = "";
        public string Result { get; init; } = "";
    }
}
