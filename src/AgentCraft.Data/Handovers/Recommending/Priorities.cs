using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>Weighs what to do: tasks, mail, what the hand-over leaves open.</summary>
internal sealed class Priorities(Weighing priorities)
{
    private const int LongestName = 160;
    private const double Running = 0.9, Urgent = 0.85, High = 0.7, Queued = 0.6, Blocked = 0.3, OpenBox = 0.55, OpenPlaceholder = 0.5, Unread = 0.65;

    /// <summary>The caller's tasks and mail, and tasks that nobody has.</summary>
    public void AddStored(Connection c, AgentRef caller)
    {
        foreach (TaskRow task in c.Query<TaskRow>("""
            SELECT id, instruction, status, CASE WHEN agent_seq IS NULL THEN 0 ELSE 1 END AS own FROM tasks
            WHERE project_seq = @Project AND status IN ('queued', 'running', 'blocked') AND (agent_seq = @Agent OR agent_seq IS NULL)
            ORDER BY CASE WHEN agent_seq IS NULL THEN 1 ELSE 0 END, priority DESC, seq LIMIT 20
            """, new { Project = caller.ProjectSeq, Agent = caller.Seq }))
            priorities.Add($"{task.Id}: {OneLine.Short(task.Instruction, LongestName)}", task.Own ? $"your task, {task.Status}" : $"a task that nobody has, {task.Status}", task.Status switch
            {
                "running" => Running,
                "queued" => task.Own ? Queued : Queued / 2,
                _ => Blocked,
            });
        foreach (MailRow mail in c.Query<MailRow>("""
            SELECT m.id, f.name AS sender, m.importance FROM messages m JOIN agents f ON f.seq = m.from_seq
            WHERE m.to_seq = @Agent AND m.processed_at IS NULL AND m.importance IN ('high', 'urgent') ORDER BY m.seq LIMIT 20
            """, new { Agent = caller.Seq }))
            priorities.Add($"{mail.Id} from {mail.Sender}", $"unread mail of importance {mail.Importance}", mail.Importance == "urgent" ? Urgent : High);
        long unread = c.First<long>("SELECT CAST(COALESCE(sum(unread), 0) AS BIGINT) FROM inbox_counts WHERE to_seq = @Agent", new { Agent = caller.Seq });
        if (unread > 0)
            priorities.Add("Read your inbox", $"{Shown.Count(unread, "message")} not acknowledged", Unread);
    }

    /// <summary>Task boxes that are not ticked, and placeholders.</summary>
    public void AddOpen(Handover handover, MarkdownOutline document)
    {
        foreach ((string text, int line) in document.OpenBoxes.Take(20))
            priorities.Add(OneLine.Short(text, LongestName), $"open in {handover.Id}, line {line}", OpenBox);
        if (document.Placeholders.Count > 0)
            priorities.Add($"Fill the placeholders of {handover.Id}", $"{Shown.Count(document.Placeholders.Count, "placeholder")} left, the first in line {document.Placeholders[0].Line}", OpenPlaceholder);
    }

    /// <summary>Conflicts come before everything else.</summary>
    public void AddConflicts(GitView view)
    {
        int conflicts = view.Status?.Changes.Count(change => change.Kind == "in conflict") ?? 0;
        if (conflicts > 0)
            priorities.Add("Resolve the merge conflicts", $"git calls {Shown.Count(conflicts, "file")} in conflict", 0.95);
    }

    private sealed class TaskRow
    {
        public string Id { get; init; } = "";
        public string Instruction { get; init; } = "";
        public string Status { get; init; } = "";
        public bool Own { get; init; }
    }

    private sealed class MailRow
    {
        public string Id { get; init; } = "";
        public string Sender { get; init; } = "";
        public string Importance { get; init; } = "";
    }
}
