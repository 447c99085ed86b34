using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data;

/// <summary>
/// A place in a list: which list, in which life of the store, after which row. Opaque to clients
/// (base64url of <c>list:epoch:seq:check</c>); it stays right while rows are added because rows are numbered, never timed. The check is
/// for clients that lose or change a character when they copy: without it they would go on somewhere else and never know.
/// </summary>
public readonly record struct Cursor(string List, string Epoch, long Seq)
{
    /// <summary>Reads a client's cursor for <paramref name="list"/>.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_cursor</c> when it is not one of ours or belongs to another list;
    /// <c>cursor_expired</c> when the store was replaced since it was made.</exception>
    public static Cursor Parse(string text, string list, string epoch)
    {
        if (TryDecode(text) is not { } cursor || cursor.List != list)
            throw new AgentCraftException(ErrorCodes.InvalidCursor, "The cursor is not one that this list gave.",
                "Pass the cursor that the last call of the same tool returned, unchanged, or leave it out to start from the beginning.");
        if (cursor.Epoch != epoch)
            throw new AgentCraftException(ErrorCodes.CursorExpired, "The store was restored or replaced since this cursor was made.",
                "Call the same tool without a cursor: it starts from the oldest and returns a new one.");
        return cursor;
    }

    /// <summary>The text that clients keep.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Place}:{Check}"));

    private string Place => string.Create(CultureInfo.InvariantCulture, $"{List}:{Epoch}:{Seq}");

    private string Check => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Place)).AsSpan(0, 3));

    /// <summary>Null for what is no cursor of ours.</summary>
    internal static Cursor? TryDecode(string text)
    {
        if (text.Length > 200 || !Base64Url.IsValid(text))
            return null;
        string[] parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(':');
        return parts.Length == 4 && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long seq)
            && new Cursor(parts[0], parts[1], seq) is var cursor && cursor.ToString() == text
            ? cursor
            : null;
    }
}
