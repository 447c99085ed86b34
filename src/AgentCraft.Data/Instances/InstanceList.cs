using System.Globalization;

namespace AgentCraft.Data.Instances;

/// <summary>Pages of instances, in the order in which they were made.</summary>
internal static class InstanceList
{
    private const int MostBroken = 50;

    // An id is a kind, a time in milliseconds and nine characters that tell it from others of the same moment.
    private const int TieCharacters = 4;
    private const long Ties = 36 * 36 * 36 * 36;

    /// <summary>The page that a filter asks for.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_cursor</c>, <c>cursor_expired</c></exception>
    public static InstancePage Page(IReadOnlyList<InstanceScan.Found> found, InstanceFilter filter, string epoch)
    {
        long after = filter.Cursor is { } text ? Cursor.Parse(text, filter.ListName, epoch).Seq : -1;
        List<(long Place, Instance Instance)> all = [.. found.Select(one => one.Reading.File?.Instance).OfType<Instance>()
            .Where(instance => (filter.State is null || instance.State == filter.State) && (filter.Template is null || instance.Template == filter.Template))
            .Select(instance => (Place(instance), instance)).OrderBy(pair => pair.Item1).ThenBy(pair => pair.instance.Name, StringComparer.Ordinal)];
        List<(long Place, Instance Instance)> page = [.. all.Where(pair => pair.Place > after).Take(filter.Limit + 1)];
        bool hasMore = Paging.CutToPage(page, filter.Limit);
        return new()
        {
            Instances = [.. page.Select(pair => pair.Instance)],
            Total = all.Count,
            HasMore = hasMore,
            Cursor = new Cursor(filter.ListName, epoch, page.Count > 0 ? page[^1].Place : Math.Max(after, 0)).ToString(),
            Broken = [.. found.Where(one => one.Reading.File is null).Take(MostBroken)
                .Select(one => new BrokenInstance($"{InstanceDirectory.Parent}/{one.Name}", one.Reading.Fault!))],
        };
    }

    /// <summary>A number that keeps the order of ids.</summary>
    private static long Place(Instance instance)
    {
        string[] parts = instance.Id.Split('_');
        bool isOurs = parts.Length == 3 && parts[2].Length >= TieCharacters && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        long time = isOurs && long.Parse(parts[1], CultureInfo.InvariantCulture) is var ms and < long.MaxValue / Ties / 2 ? ms : instance.CreatedAt.ToUnixTimeMilliseconds();
        string tie = isOurs ? parts[2] : instance.Id.PadRight(TieCharacters, '0');
        return (time * Ties) + tie.Take(TieCharacters).Aggregate(0L, (sum, character) => (sum * 36) + (Math.Max("0123456789abcdefghijklmnopqrstuvwxyz".IndexOf(character), 0)));
    }
}
