using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>The figures as files: JSON for programs, docs/benchmarks.md for people.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static string Today => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Machine
    {
        get
        {
            string processor = File.Exists("/proc/cpuinfo")
                ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? ""
                : "";
            long gibibytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
            return $"{Environment.ProcessorCount} cores ({processor}), {gibibytes} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        }
    }

    public static void WriteJson(Report report, string file) => File.WriteAllText(file, JsonSerializer.Serialize(new
    {
        machine = Machine,
        date = Today,
        commit = Commit(),
        report.Quick,
        figures = report.Figures.Select(figure => new
        {
            figure.Benchmark, figure.Sample.Name, figure.Sample.Unit, figure.Sample.Count, figure.Sample.Median,
            p10 = figure.Sample.Percentile(10), p90 = figure.Sample.Percentile(90), p99 = figure.Sample.Percentile(99),
            figure.Sample.Min, figure.Sample.Max, reference = figure.Reference?.Name, figure.Ratio,
        }),
        goals = report.Goals,
        notes = report.Notes.Select(note => new { note.Benchmark, note.Text }),
    }, Json) + "\n");

    public static void WriteMarkdown(Report report)
    {
        string folder = Path.Combine(ServerExecutable.RepositoryRoot, "docs");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "benchmarks.md"), Markdown(report));
    }

    private static string Markdown(Report report)
    {
        StringBuilder text = new($"""
            # Benchmarks

            Made by `dotnet run -c Release --project tests/AgentCraft.Benchmarks -- --write`{(report.Quick ? " with `--quick`" : "")} on {Today}, commit {Commit()}.
            Machine: {Machine}. Servers are published (ReadyToRun) and are real processes; every figure and its reference were measured in the
            same run, in turn, after warm-up. Ratios travel, absolute numbers do not.


            """);
        Goals(text, report);
        foreach (string benchmark in report.Figures.Select(figure => figure.Benchmark).Concat(report.Notes.Select(note => note.Benchmark)).Where(name => name.Length > 0).Distinct())
            Section(text, report, benchmark);
        Notes(text, report, "");
        return text.ToString();
    }

    /// <summary>First, since they are what a reader came for; under them what is said of those that were missed.</summary>
    private static void Goals(StringBuilder text, Report report)
    {
        text.Append("| goal | value | of the limit | |\n|---|---|---|---|\n");
        foreach (Goal goal in report.Goals)
            text.Append($"| {goal.Key} | {(goal.Value is { } value ? Report.Number(value) : "")} | {(goal.Ratio is { } ratio ? Report.Number(ratio) : "")} | {goal.Verdict} |\n");
        List<Goal> missed = [.. report.Goals.Where(goal => !goal.Reached)];
        if (missed.Count == 0)
            return;
        text.Append("\n## What was missed, why, and what was tried\n\n");
        foreach (Goal goal in missed)
            text.Append($"- {goal.Key}: {goal.Verdict}. {MissNotes.Find(goal) ?? "Nobody has said why."}\n");
    }

    private static void Section(StringBuilder text, Report report, string benchmark)
    {
        text.Append($"\n## {benchmark}\n");
        Figure[] figures = [.. report.Figures.Where(figure => figure.Benchmark == benchmark)];
        if (figures.Length > 0)
            text.Append("\n| figure | median | spread | ratio |\n|---|---|---|---|\n");
        foreach (Figure figure in figures)
            text.Append($"| {figure.Sample.Name} | {Report.Number(figure.Sample.Median)} {figure.Sample.Unit} | {Report.Spread(figure.Sample)} | "
                + $"{(figure.Ratio is { } ratio ? $"{Report.Number(ratio)} × {figure.Reference!.Name}" : "")} |\n");
        Notes(text, report, benchmark);
    }

    private static void Notes(StringBuilder text, Report report, string benchmark)
    {
        string[] notes = [.. report.Notes.Where(note => note.Benchmark == benchmark).Select(note => $"- {note.Text}\n")];
        if (notes.Length > 0)
            text.Append($"\n{string.Concat(notes)}");
    }

    private static string Commit()
    {
        try
        {
            ProcessStartInfo git = new("git", ["rev-parse", "--short", "HEAD"])
            {
                WorkingDirectory = ServerExecutable.RepositoryRoot, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            using var process = Process.Start(git)!;
            string commit = process.StandardOutput.ReadToEnd().Trim();
            return commit.Length > 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
