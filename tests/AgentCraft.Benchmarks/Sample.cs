namespace AgentCraft.Benchmarks;

/// <summary>All measurements of one thing.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of the values, for example ms.</param>
internal sealed record Sample(string Name, string Unit)
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    public double Median => Percentile(50);

    public double Min => _values.Min();

    public double Sum => _values.Sum();

    public double Max => _values.Max();

    public void Add(double value) => _values.Add(value);

    public void AddAll(Sample other) => _values.AddRange(other._values);

    public void AddAll(IEnumerable<double> values) => _values.AddRange(values);

    /// <summary>The value that this share of the values does not exceed: the nearest rank.</summary>
    public double Percentile(double percent)
    {
        double[] sorted = [.. _values.Order()];
        int rank = (int)Math.Ceiling(percent / 100 * sorted.Length);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Length - 1)];
    }
}
