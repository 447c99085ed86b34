namespace AgentCraft.Benchmarks;

/// <summary>What to measure, how much of it, and where to put the figures.</summary>
internal sealed record Options(IReadOnlyList<string> Names)
{
    /// <summary>All there are, in the order in which they run.</summary>
    public static IReadOnlyList<(string Name, Func<Bench, Task> Run)> Benchmarks { get; } =
    [
        ("start", StartBenchmark.Run),
        ("idle", IdleBenchmark.Run),
        ("tools", ToolsBenchmark.Run),
        ("log_message", LogMessageBenchmark.Run),
        ("wait", WaitBenchmark.Run),
        ("pipelined", PipelinedBenchmark.Run),
        ("raw", RawBenchmark.Run),
        ("peers", PeersBenchmark.Run),
        ("growth", GrowthBenchmark.Run),
        ("paced", PacedBenchmark.Run),
        ("saturated", SaturatedBenchmark.Run),
        ("histories", HistoriesBenchmark.Run),
        ("inside", InsideBenchmark.Run),
        ("http", HttpBenchmark.Run),
        ("files", FilesBenchmark.Run),
        ("abandoned", AbandonedBenchmark.Run),
        ("backup", BackupBenchmark.Run),
        ("postgres", PostgresBenchmark.Run),
        ("replicas", ReplicasBenchmark.Run),
    ];

    private static readonly string Usage = $"""
        Usage: AgentCraft.Benchmarks [names…] [--quick] [--server FILE] [--json FILE] [--write]
          names     of {string.Join(", ", Benchmarks.Select(benchmark => benchmark.Name))}; all by default
          --quick   fewer repetitions: shows that all works, not what the numbers are
          --server  a published server to measure, instead of publishing one to artifacts/bench
          --json    writes the figures to this file too
          --write   writes docs/benchmarks.md
        """;

    public bool Quick { get; init; }

    public string? Server { get; init; }

    public string? Json { get; init; }

    public bool Write { get; init; }

    /// <summary>Null, and why on <paramref name="errors"/>, when the arguments make no sense.</summary>
    public static Options? TryParse(string[] arguments, TextWriter errors)
    {
        List<string> names = [];
        Options options = new(names);
        for (int i = 0; i < arguments.Length; i++)
            switch (arguments[i])
            {
                case "--quick": options = options with { Quick = true }; break;
                case "--write": options = options with { Write = true }; break;
                case "--server" when i + 1 < arguments.Length: options = options with { Server = Path.GetFullPath(arguments[++i]) }; break;
                case "--json" when i + 1 < arguments.Length: options = options with { Json = Path.GetFullPath(arguments[++i]) }; break;
                case var name when Benchmarks.Any(benchmark => benchmark.Name == name): names.Add(name); break;
                case var other:
                    errors.WriteLine(other is "--help" or "-h" ? Usage : $"'{other}' is not understood.\n{Usage}");
                    return null;
            }
        if (names.Count == 0)
            names.AddRange(Benchmarks.Select(benchmark => benchmark.Name));
        return options;
    }
}
