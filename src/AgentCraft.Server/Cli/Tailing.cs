using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary>Prints activity until it is told to stop, or nobody reads it any more.</summary>
internal sealed class Tailing(Stores stores, ActivityFilter filter, bool asJson)
{
    public const int MostLines = 10_000;

    private static readonly TimeSpan LookForStore = TimeSpan.FromMilliseconds(250);

    public async Task<int> Run(bool once, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            if (!once)
                await AwaitStore(stopping.Token);
            else if (!stores.Databases.HasCentral)
                return 0;
            await foreach (IReadOnlyList<Activity> found in (once ? stores.Activity.Read(filter, stopping.Token) : stores.Activity.Follow(filter, stopping.Token)).ConfigureAwait(false))
                if (StandardOutput.IsClosed || !TryPrint(found))
                    break;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The person has seen enough.
        }
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    /// <summary>Watching makes no store: it waits for the first agent, who does.</summary>
    private async Task AwaitStore(CancellationToken cancellationToken)
    {
        if (!stores.Databases.HasCentral)
            await Console.Error.WriteLineAsync("There is no store here yet; it is made when the first agent comes. Waiting for that.");
        while (!stores.Databases.HasCentral && !StandardOutput.IsClosed)
            await Task.Delay(LookForStore, cancellationToken);
    }

    private bool TryPrint(IReadOnlyList<Activity> found)
    {
        if (found.Count == 0)
            return true;
        StringBuilder text = new();
        foreach (Activity entry in found)
            text.Append(asJson ? JsonSerializer.Serialize(entry, ToolJson.Serializer.GetTypeInfo(typeof(Activity))) : Line(entry)).Append('\n');
        try
        {
            Console.Out.Write(text);
            Console.Out.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>When, what, who, and as much of the words as fits; nothing in it can control the terminal.</summary>
    internal static string Line(Activity entry, int? width = null)
    {
        string who = entry.Kind == ActivityKind.Message ? $"{entry.From} → {entry.To}" : entry.From ?? "";
        string what = entry.Kind == ActivityKind.Message && entry.Importance is not "normal" ? $"{entry.Type} ({entry.Importance})" : entry.Type;
        string head = string.Create(CultureInfo.InvariantCulture, $"{entry.CreatedAt.ToLocalTime():HH:mm:ss} {entry.Kind.ToString().ToLowerInvariant(),-8} {TerminalText.Of(who, 60)}{(who.Length == 0 ? "" : " ")}{TerminalText.Of(what, 60)}");
        string details = Details(entry);
        return details.Length == 0 ? head : $"{head}: {TerminalText.Of(details, Math.Max(20, (width ?? StandardOutput.Width) - head.Length - 3))}";
    }

    private static string Details(Activity entry)
    {
        if (entry.Kind is ActivityKind.Message or ActivityKind.Note)
            return entry.Content ?? "";
        string about = entry.Content ?? (entry.EntityType is null ? "" : $"{entry.EntityType} {entry.EntityId}");
        return entry.Data is { ValueKind: JsonValueKind.Object } data && data.EnumerateObject().Any() ? $"{about}{(about.Length == 0 ? "" : " ")}{data.GetRawText()}" : about;
    }
}
