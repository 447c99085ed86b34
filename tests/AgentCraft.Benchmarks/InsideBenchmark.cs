using System.Globalization;

namespace AgentCraft.Benchmarks;

/// <summary>What every agent does all the time, within one process: time and allocation, by BenchmarkDotNet in a program of its own.</summary>
internal static class InsideBenchmark
{
    private const string Project = "tests/AgentCraft.Benchmarks.Inside";

    public static async Task Run(Bench bench)
    {
        string file = Path.Combine(bench.NewRoot(), "inside");
        string[] quick = bench.Report.Quick ? ["--quick"] : [];
        if (await Programs.Run(Bench.Repository, "dotnet", ["run", "-c", "Release", "--project", Project, "--", .. quick, file]) is { } failure)
            throw new InvalidOperationException(failure);
        foreach (string[] fields in File.ReadLines(file).Select(line => line.Split('\t')))
        {
            Sample time = new(fields[0], "µs"), allocated = new("  allocates", "bytes");
            time.AddAll(fields.Skip(2).Select(Number));
            allocated.Add(Number(fields[1]));
            bench.Report.Add(time);
            bench.Report.Add(allocated);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
