namespace AgentCraft.Server.Tests.Crash;

/// <summary>What a test prints of many times.</summary>
internal static class Percentiles
{
    /// <summary>The value that this share of the times does not exceed.</summary>
    public static double At(IReadOnlyList<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];

    /// <summary>p50, p99 and the largest, in milliseconds.</summary>
    public static string Describe(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return sorted.Length == 0 ? "none" : $"p50 {At(sorted, 0.5):0.0} ms, p99 {At(sorted, 0.99):0.0} ms, largest {sorted[^1]:0.0} ms";
    }
}
