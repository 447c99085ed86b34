using System.CommandLine;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft tail</c>: what agents do, as they do it.</summary>
internal static class TailCommand
{
    private static readonly ActivityKind[] Choices = [ActivityKind.Message, ActivityKind.Event, ActivityKind.Task, ActivityKind.Handover];

    public static Command Create()
    {
        Option<string[]> kind = new("--kind") { Description = "Only these: message, event, task, handover; several with commas or by repeating.", HelpName = "kinds" };
        Option<string?> agent = new("--agent") { Description = "Only what is from, to, by or about this agent.", HelpName = "name" };
        Option<string?> session = new("--session") { Description = "Only this session.", HelpName = "id" };
        Option<string?> project = new("--project") { Description = "Only this project.", HelpName = "name" };
        Option<string?> since = new("--since") { Description = "Begin with all since then: a time such as 2026-11-21T09:30, or 90s, 15m, 2h, 3d ago.", HelpName = "time" };
        Option<int?> lines = new("--lines", "-n") { Description = "Begin with at most so many of the newest. Default: 10, with --since all.", HelpName = "count" };
        Option<bool> once = new("--once") { Description = "Print what there is and end, instead of waiting for more." };
        Option<bool> json = new("--json") { Description = "Print each as a line of JSON, whole." };
        Command command = new("tail", """
            Watch messages, events, tasks and hand-overs as any process commits them. Ctrl+C ends it.

            Example: agentcraft tail --kind message,task --agent reviewer --since 1h
            """) { kind, agent, session, project, since, lines, once, json, Roots.StoreOption, Roots.Option };
        kind.CompletionSources.Add([.. Choices.Select(Word)]);
        agent.CompletionSources.Add(StoredNames.Agents);
        session.CompletionSources.Add(StoredNames.Sessions);
        project.CompletionSources.Add(StoredNames.Projects);
        kind.Validators.Add(option =>
        {
            foreach (string word in Words(option.Tokens.Select(token => token.Value)))
                if (!Choices.Select(Word).Contains(word))
                    option.AddError($"There is no kind '{TerminalText.Of(word, 40)}'. {Text.DidYouMean(word, Choices.Select(Word))}There are: {string.Join(", ", Choices.Select(Word))}.");
        });
        since.Validators.Add(option =>
        {
            if (option.Tokens is [var token] && Moments.Parse(token.Value, DateTimeOffset.UnixEpoch) is null)
                option.AddError($"--since is no time: '{TerminalText.Of(token.Value, 40)}'. Use 2026-11-21T09:30, or 90s, 15m, 2h, 3d.");
        });
        lines.Validators.Add(option =>
        {
            if (option.Tokens is [var token] && int.TryParse(token.Value, out int count) && count is < 0 or > Tailing.MostLines)
                option.AddError($"--lines is 0 to {Tailing.MostLines}; for more use --since.");
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            ActivityFilter filter = new()
            {
                Kinds = [.. Words(result.GetValue(kind) ?? []).Select(word => Choices.First(choice => Word(choice) == word))],
                Agent = result.GetValue(agent),
                Session = result.GetValue(session),
                Project = result.GetValue(project),
                Since = result.GetValue(since) is { } text ? Moments.Parse(text, TimeProvider.System.GetUtcNow()) : null,
                Lines = result.GetValue(lines),
            };
            await using Stores stores = Roots.OpenStores(result);
            return await new Tailing(stores, filter, result.GetValue(json)).Run(result.GetValue(once), cancellationToken);
        });
        return command;
    }

    private static IEnumerable<string> Words(IEnumerable<string> values) =>
        values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string Word(ActivityKind kind) => kind.ToString().ToLowerInvariant();
}
