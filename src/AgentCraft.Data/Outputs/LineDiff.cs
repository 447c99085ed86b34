namespace AgentCraft.Data.Outputs;

/// <summary>
/// Which lines were taken away and which added: the shortest script by Myers (1986), within a bound on its length. Texts that differ by more
/// are told as one replacement of what lies between their common beginning and end, which is right but not short.
/// </summary>
internal sealed class LineDiff
{
    /// <summary>The longest script that is searched for; the memory grows with its square.</summary>
    public const int MostEdits = 1500;

    private readonly int[] _old;
    private readonly int[] _new;

    private LineDiff(int[] old, int[] @new) => (_old, _new) = (old, @new);

    /// <summary>The differences in order, none touching the next.</summary>
    public static (List<Change> Changes, bool IsShortest) Of(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        int[] Numbered(IReadOnlyList<string> lines) =>
            [.. lines.Select(line => numbers.TryGetValue(line, out int number) ? number : numbers[line] = numbers.Count)];
        return new LineDiff(Numbered(old), Numbered(@new)).Find();
    }

    private (List<Change>, bool) Find()
    {
        int start = 0, oldEnd = _old.Length, newEnd = _new.Length;
        while (start < oldEnd && start < newEnd && _old[start] == _new[start])
            start++;
        while (oldEnd > start && newEnd > start && _old[oldEnd - 1] == _new[newEnd - 1])
            (oldEnd, newEnd) = (oldEnd - 1, newEnd - 1);
        if (start == oldEnd && start == newEnd)
            return ([], true);
        List<int[]>? trace = start == oldEnd || start == newEnd ? null : Trace(start, oldEnd, newEnd);
        return trace is null
            ? ([new(start, oldEnd, start, newEnd)], start == oldEnd || start == newEnd)
            : (Walk(trace, start, oldEnd, newEnd), true);
    }

    /// <summary>For each number of edits the farthest old line on each diagonal; null when there are too many edits.</summary>
    private List<int[]>? Trace(int start, int oldEnd, int newEnd)
    {
        int n = oldEnd - start, m = newEnd - start;
        List<int[]> trace = [];
        int[] farthest = new int[(2 * MostEdits) + 3];
        const int Middle = MostEdits + 1;
        for (int edits = 0; edits <= MostEdits; edits++)
        {
            for (int k = -edits; k <= edits; k += 2)
            {
                int x = IsDown(farthest, Middle, k, edits) ? farthest[Middle + k + 1] : farthest[Middle + k - 1] + 1;
                int y = x - k;
                while (x < n && y < m && _old[start + x] == _new[start + y])
                    (x, y) = (x + 1, y + 1);
                farthest[Middle + k] = x;
                if (k == n - m && x >= n)
                {
                    trace.Add(farthest[(Middle - edits)..(Middle + edits + 1)]);
                    return trace;
                }
            }
            trace.Add(farthest[(Middle - edits)..(Middle + edits + 1)]);
        }
        return null;
    }

    /// <summary>The script, found from its end.</summary>
    private static List<Change> Walk(List<int[]> trace, int start, int oldEnd, int newEnd)
    {
        List<Change> changes = [];
        int x = oldEnd - start, y = newEnd - start;
        for (int edits = trace.Count - 1; edits > 0; edits--)
        {
            int[] before = trace[edits - 1];
            int k = x - y;
            int previous = IsDown(before, edits - 1, k, edits) ? k + 1 : k - 1;
            int fromX = before[edits - 1 + previous], fromY = fromX - previous;
            int toX = previous > k ? fromX : fromX + 1, toY = previous > k ? fromY + 1 : fromY;
            Add(changes, new(start + fromX, start + toX, start + fromY, start + toY));
            (x, y) = (fromX, fromY);
        }
        changes.Reverse();
        return changes;
    }

    private static bool IsDown(int[] farthest, int middle, int k, int edits) =>
        k == -edits || (k != edits && farthest[middle + k - 1] < farthest[middle + k + 1]);

    private static void Add(List<Change> changes, Change earlier)
    {
        if (changes.Count > 0 && changes[^1] is var later && later.OldStart == earlier.OldEnd && later.NewStart == earlier.NewEnd)
            changes[^1] = new(earlier.OldStart, later.OldEnd, earlier.NewStart, later.NewEnd);
        else
            changes.Add(earlier);
    }
}

/// <summary>Old lines from start up to end become new lines from start up to end.</summary>
internal readonly record struct Change(int OldStart, int OldEnd, int NewStart, int NewEnd);
