using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>
/// Where agents' files come together in one database their rows' numbers may be taken: then those of one agent are all raised by the same
/// amount. It is written down under the life (epoch) that the file had, so that cursors made then lead to the same place.
/// </summary>
internal static class FormerLives
{
    private const string Prefix = "moved/";

    /// <summary>The cursor as this store would give it now; the same when it is not one of a life before.</summary>
    /// <param name="file">Of the list that gave it.</param>
    /// <param name="cursor">A client's.</param>
    /// <param name="countsRows">It holds a row's number, and not how many rows were passed over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string?> Renew(Database file, string? cursor, bool countsRows, CancellationToken cancellationToken)
    {
        if (cursor is null || Cursor.TryDecode(cursor) is not { } known || await file.Epoch(cancellationToken) is var epoch && known.Epoch == epoch)
            return cursor;
        string? raised = await file.Read(c => c.First<string>("SELECT value FROM store_info WHERE key = @Key", new { Key = KeyOf(c.Owner, known.Epoch) }), cancellationToken);
        return raised is null ? cursor : (known with { Epoch = epoch, Seq = known.Seq + (countsRows ? Parse(raised) : 0) }).ToString();
    }

    /// <summary>Lives before this one of an agent's file, or of an agent in a shared database, and by how much numbers were raised since each.</summary>
    public static IReadOnlyDictionary<string, long> Of(Connection c, string owner) =>
        c.Query<string>("SELECT key || ' ' || value FROM store_info WHERE substr(key, 1, length(@Prefix)) = @Prefix", new { Prefix = KeyOf(owner, "") })
            .Select(text => text[KeyOf(owner, "").Length..].Split(' ')).ToDictionary(pair => pair[0], pair => Parse(pair[1]));

    /// <summary>Writes it down.</summary>
    public static void Add(Connection c, string owner, string epoch, long raised) => c.Execute(
        "INSERT INTO store_info (key, value) VALUES (@Key, @Value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        new { Key = KeyOf(owner, epoch), Value = raised.ToString(CultureInfo.InvariantCulture) });

    private static string KeyOf(string owner, string epoch) => owner.Length == 0 ? Prefix + epoch : $"{Prefix}{owner}/{epoch}";

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);
}
