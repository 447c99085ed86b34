using System.Text;
using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Diagnosis.Remedies;

namespace AgentCraft.Server.Cli;

/// <summary>What the doctor found, as a person reads it: a line for each check, then each finding with its next command on a line of its own.</summary>
internal static class DoctorText
{
    private const int Titles = 15, Severities = 9;

    public static string Of(DoctorReport report)
    {
        StringBuilder text = new($"{report.Root}\n\n");
        foreach (CheckReport check in report.Checks)
            text.Append($"  {Word(check.Severity),-Severities}{check.Title,-Titles}{TerminalText.Of(check.Summary)}\n");
        foreach ((CheckReport check, Finding finding) in report.Checks.SelectMany(check => check.Findings.Select(finding => (check, finding))).OrderByDescending(pair => pair.finding.Severity))
            text.Append($"\n{Word(finding.Severity)} · {check.Title}\n  {TerminalText.Of(finding.What)}\n  {TerminalText.Of(finding.Why)}\n  $ {TerminalText.Of(finding.Next)}\n");
        return text.Append('\n').Append(Closing(report)).ToString();
    }

    public static string Of(FixReport report)
    {
        if (report.Done.Count == 0)
            return "Nothing to put right.\n\n";
        StringBuilder text = new();
        if (report.Backup is { } backup)
            text.Append($"Before anything was changed, the backup {backup} was made.\n");
        if (report.NoBackup is { } none)
            text.Append($"No backup could be made: {TerminalText.Of(none)}\n");
        foreach (FixedFinding one in report.Done)
            text.Append($"  {(one.Fixed ? "fixed" : "left"),-Severities}{TerminalText.Of(one.Done)}\n");
        return text.Append($"Every change is noted in {report.Journal}. To take it back: agentcraft doctor --undo {report.Id}\n\n").ToString();
    }

    public static string Of(UndoReport report)
    {
        StringBuilder text = new($"{Count(report.Undone, "change")} of {report.Id} taken back.\n");
        foreach (string kept in report.Kept)
            text.Append($"  kept     {TerminalText.Of(kept)}\n");
        return text.ToString();
    }

    private static string Closing(DoctorReport report) => report.Status == Severity.Ok ? "Nothing is wrong.\n"
        : $"{Count(report.Errors, "error")}, {Count(report.Warnings, "warning")}."
        + (report.Checks.Any(check => check.Findings.Any(finding => finding.Fixable)) ? $" What can be put right by itself: agentcraft doctor --fix{RootOf(report)} (a backup comes first; --undo takes it back)." : "") + "\n";

    private static string RootOf(DoctorReport report) => report.Root == Environment.CurrentDirectory ? "" : $" --root {(report.Root.Contains(' ') ? $"'{report.Root}'" : report.Root)}";

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
