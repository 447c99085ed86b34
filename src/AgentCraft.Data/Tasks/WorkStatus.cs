using System.Text.Json.Serialization;

namespace AgentCraft.Data.Tasks;

/// <summary>Where a task stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<WorkStatus>))]
public enum WorkStatus
{
    /// <summary>Nobody works on it.</summary>
    Queued,
    /// <summary>Somebody does.</summary>
    Running,
    /// <summary>It waits for another task, or for whoever blocked it.</summary>
    Blocked,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Tried and not done.</summary>
    Failed,
    /// <summary>Not wanted any more.</summary>
    Cancelled,
}

/// <summary>Which status may follow which. Completed is final, because others have begun on the strength of it.</summary>
internal static class WorkSteps
{
    private static readonly Dictionary<WorkStatus, WorkStatus[]> Next = new()
    {
        [WorkStatus.Queued] = [WorkStatus.Running, WorkStatus.Blocked, WorkStatus.Completed, WorkStatus.Failed, WorkStatus.Cancelled],
        [WorkStatus.Running] = [WorkStatus.Queued, WorkStatus.Blocked, WorkStatus.Completed, WorkStatus.Failed, WorkStatus.Cancelled],
        [WorkStatus.Blocked] = [WorkStatus.Queued, WorkStatus.Running, WorkStatus.Failed, WorkStatus.Cancelled],
        [WorkStatus.Failed] = [WorkStatus.Queued],
        [WorkStatus.Cancelled] = [WorkStatus.Queued],
        [WorkStatus.Completed] = [],
    };

    public static bool IsOpen(this WorkStatus status) => status is WorkStatus.Queued or WorkStatus.Running or WorkStatus.Blocked;

    /// <exception cref="AgentCraftException"><c>invalid_transition</c> naming the allowed steps</exception>
    public static void Check(string task, WorkStatus from, WorkStatus to)
    {
        if (Next[from].Contains(to))
            return;
        throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Task '{task}' is {SnakeCase.Of(from)} and cannot become {SnakeCase.Of(to)}.",
            Next[from].Length == 0 ? "What is completed stays so; create_task makes a new one."
                : $"From {SnakeCase.Of(from)} it can become: {string.Join(", ", Next[from].Select(next => SnakeCase.Of(next)))}.");
    }
}
