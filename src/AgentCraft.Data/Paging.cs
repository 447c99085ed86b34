using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data;

/// <summary>How long a page may be.</summary>
public static class Paging
{
    /// <summary>Without a wish.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Whatever the wish.</summary>
    public const int LargestLimit = 200;

    /// <summary>The page length for a client's wish: at least 1, at most <see cref="LargestLimit"/>.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for zero or less.</exception>
    public static int Limit(int? wish) => wish is null ? DefaultLimit
        : wish < 1 ? throw new AgentCraftException(ErrorCodes.InvalidArgument, "limit must be at least 1.", $"Use 1 to {LargestLimit}.")
        : Math.Min(wish.Value, LargestLimit);

    /// <summary>A list's name for its cursors when it has filters: a cursor of another filter or order would silently skip rows.</summary>
    internal static string ListName(string list, params ReadOnlySpan<object?> filter) =>
        $"{list}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', filter!))))[..16]}";

    /// <summary>Cuts rows, of which one more than a page was asked for, to a page; true when there was more.</summary>
    internal static bool CutToPage<T>(List<T> rows, int limit)
    {
        bool hasMore = rows.Count > limit;
        if (hasMore)
            rows.RemoveAt(rows.Count - 1);
        return hasMore;
    }
}
