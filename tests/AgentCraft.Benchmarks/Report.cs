using System.Diagnostics;
using System.Globalization;

namespace AgentCraft.Benchmarks;

/// <summary>A figure beside the one that it is compared with.</summary>
internal sealed record Figure(string Benchmark, Sample Sample, Sample? Reference)
{
    /// <summary>Of the medians.</summary>
    public double? Ratio => Reference is null ? null : Sample.Median / Reference.Median;
}

/// <summary>A number to reach.</summary>
/// <param name="Benchmark">Where it was measured.</param>
/// <param name="Text">What should be at most or at least what.</param>
/// <param name="Value">What it is; null when it could not be measured.</param>
/// <param name="Limit">What it should be.</param>
/// <param name="Reached">Whether that is enough.</param>
internal sealed record Goal(string Benchmark, string Text, double? Value, double Limit, bool Reached)
{
    public string Verdict => Value is null ? "not measured" : Reached ? "reached" : "missed";

    /// <summary>Of the value and its limit.</summary>
    public double? Ratio => Limit == 0 ? null : Value / Limit;

    /// <summary>By which docs/benchmarks.notes knows it.</summary>
    public string Key => $"{Benchmark}: {Text}";
}

/// <summary>Prints the figures as they come, and keeps them for the files.</summary>
internal sealed class Report(bool quick)
{
    private readonly List<Figure> _figures = [];
    private readonly List<Goal> _goals = [];
    private readonly List<(string Benchmark, string Text)> _notes = [];
    private string _benchmark = "";
    private bool _failed;

    public bool Quick => quick;

    public IReadOnlyList<Figure> Figures => _figures;

    public IReadOnlyList<Goal> Goals => _goals;

    public IReadOnlyList<(string Benchmark, string Text)> Notes => _notes;

    /// <summary>One benchmark; its failure leaves the others their turn.</summary>
    public async Task Run(string benchmark, Func<Task> run)
    {
        _benchmark = benchmark;
        Console.WriteLine($"\n{benchmark}{(quick ? " (quick)" : "")}");
        long begun = Stopwatch.GetTimestamp();
        try
        {
            await run();
        }
        catch (Exception failure)
        {
            _failed = true;
            Console.WriteLine(failure);
            Note($"FAILED: {failure.GetType().Name}: {failure.Message.Split('\n')[0]}");
        }
        Console.WriteLine($"  took {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
    }

    /// <summary>A figure alone, or with what it is compared with.</summary>
    public void Add(Sample sample, Sample? reference = null)
    {
        Figure figure = new(_benchmark, sample, reference);
        _figures.Add(figure);
        string ratio = figure.Ratio is { } times ? $"   {times:0.00} × {reference!.Name}" : "";
        Console.WriteLine($"  {sample.Name,-50} {Number(sample.Median),9} {sample.Unit,-8} {Spread(sample),-40}{ratio}");
    }

    public void AtMost(string text, double? value, double limit) => Add(new Goal(_benchmark, text, value, limit, value <= limit));

    public void AtLeast(string text, double? value, double limit) => Add(new Goal(_benchmark, text, value, limit, value >= limit));

    /// <summary>The goal that no call was refused; else with which codes.</summary>
    public void NoneRefused(string what, IEnumerable<Outcome> outcomes)
    {
        Dictionary<string, int> refused = outcomes.Select(outcome => outcome.Refused).OfType<string>().CountBy(code => code).ToDictionary();
        AtMost($"{what}: calls refused{string.Concat(refused.Select(code => $" ({code.Key} {code.Value})"))}", refused.Values.Sum(), 0);
    }

    /// <summary>Something that a reader must know, such as a reference that is not there.</summary>
    public void Note(string text)
    {
        _notes.Add((_benchmark, text));
        Console.WriteLine($"  note: {text}");
    }

    /// <summary>Writes the files that are asked for; false when a benchmark failed.</summary>
    public bool Finish(Options options)
    {
        Console.WriteLine($"\n{_goals.Count(goal => goal.Reached)} of {_goals.Count} goals reached.");
        if (options.Json is { } file)
            ReportFiles.WriteJson(this, file);
        if (options.Write)
            ReportFiles.WriteMarkdown(this);
        return !_failed;
    }

    public static string Spread(Sample sample) => sample.Count switch
    {
        1 => "",
        < 100 => $"{Number(sample.Min)} to {Number(sample.Max)} ({sample.Count})",
        _ => $"p10 {Number(sample.Percentile(10))}, p90 {Number(sample.Percentile(90))}, p99 {Number(sample.Percentile(99))} ({sample.Count})",
    };

    /// <summary>Three digits that mean something.</summary>
    public static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.000" }, CultureInfo.InvariantCulture);

    private void Add(Goal goal)
    {
        _goals.Add(goal);
        string value = goal.Value is { } number ? $"{Number(number)}{(goal.Ratio is { } ratio ? $" ({Number(ratio)} of the limit)" : "")}, " : "";
        Console.WriteLine($"  goal: {goal.Text}: {value}{goal.Verdict}{(goal.Reached ? "" : MissNotes.Find(goal) is { } why ? $": {why}" : ", and nobody has said why")}");
    }
}
