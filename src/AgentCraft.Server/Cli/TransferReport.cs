using System.Globalization;
using System.Text.Json;
using AgentCraft.Data.Transfer;
using AgentCraft.Server.Tools;
using Spectre.Console;

namespace AgentCraft.Server.Cli;

/// <summary>
/// How far a long command is, on standard error: a bar for a person at a terminal, lines of JSON for a program that asked for them, else
/// nothing.
/// </summary>
internal static class TransferReport
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work, which tells how far it is.</summary>
    public static Task<T> Run<T>(bool asJson, Func<Action<TransferProgress>, Task<T>> work) =>
        asJson ? AsJson(work) : Console.IsErrorRedirected ? work(_ => { }) : AsBar(work);

    /// <summary>"12 messages, 3 tasks", the most first.</summary>
    public static string Rows(IReadOnlyDictionary<string, long> counts) => string.Join(", ", counts.OrderByDescending(table => table.Value).ThenBy(table => table.Key, StringComparer.Ordinal)
        .Select(table => string.Create(CultureInfo.InvariantCulture, $"{table.Value:N0} {table.Key}")));

    private static async Task<T> AsBar<T>(Func<Action<TransferProgress>, Task<T>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(bars =>
        {
            Dictionary<string, ProgressTask> stages = [];
            return work(progress =>
            {
                if (!stages.TryGetValue(progress.Stage, out ProgressTask? bar))
                    stages.Add(progress.Stage, bar = bars.AddTask(progress.Stage));
                bar.MaxValue = Math.Max(1, progress.Total ?? 1);
                bar.Value = progress.Done;
                bar.IsIndeterminate = progress.Total is null;
            });
        });
    }

    private static Task<T> AsJson<T>(Func<Action<TransferProgress>, Task<T>> work)
    {
        long last = 0;
        string stage = "";
        return work(progress =>
        {
            if (progress.Stage == stage && progress.Done != progress.Total && TimeProvider.System.GetElapsedTime(last) < Often)
                return;
            (last, stage) = (TimeProvider.System.GetTimestamp(), progress.Stage);
            Console.Error.WriteLine(JsonSerializer.Serialize(progress, ToolJson.Serializer.GetTypeInfo(typeof(TransferProgress))));
        });
    }
}
