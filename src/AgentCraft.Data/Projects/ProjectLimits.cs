using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Events;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>What a project may use up, from its settings; null is without limit.</summary>
internal readonly record struct ProjectLimits(long? Budget, long? MaxIterations)
{
    /// <summary>Reads <c>budget</c> (dollars) and <c>maxIterations</c>.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public static ProjectLimits Of(JsonElement settings) => new(
        Member(settings, "budget") is { } budget ? Dollars.Parse(AmountText(budget), "settings.budget") : null,
        Member(settings, "maxIterations") is { } most ? Iterations(most) : null);

    private static JsonElement? Member(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string AmountText(JsonElement budget) => budget.ValueKind == JsonValueKind.String ? budget.GetString()! : budget.GetRawText();

    private static long Iterations(JsonElement most) => most.ValueKind == JsonValueKind.Number && most.TryGetInt64(out long number) && number >= 0 ? number
        : throw new AgentCraftException(ErrorCodes.InvalidArgument, "settings.maxIterations must be a whole number, 0 or more.", "For example {\"maxIterations\": 100}.");
}

/// <summary>What a project has used up, against what it may.</summary>
internal readonly record struct ProjectUse(long Cost, long Iterations, ProjectLimits Limits)
{
    public const string Budget = "budget";
    public const string MaxIterations = "maxIterations";

    public static ProjectUse Of(Project project) => new(project.Cost, project.IterationCount, ProjectLimits.Of(project.Settings));

    /// <summary>The limits that were kept before and are not any more, whether more was used or a limit was lowered; each becomes an event.</summary>
    public static IReadOnlyList<string> LogCrossed(Connection c, EventStore events, Project before, Project after, long? agentSeq)
    {
        (ProjectUse was, ProjectUse now) = (Of(before), Of(after));
        List<string> crossed = [];
        if (now.IsOverBudget && !was.IsOverBudget)
            Log("budget_exceeded", Budget, new() { ["budgetUsd"] = Dollars.Of(now.Limits.Budget!.Value), ["costUsd"] = Dollars.Of(now.Cost) });
        if (now.IsOverIterations && !was.IsOverIterations)
            Log("max_iterations_exceeded", MaxIterations, new() { ["maxIterations"] = now.Limits.MaxIterations!.Value, ["iterationCount"] = now.Iterations });
        return crossed;

        void Log(string type, string limit, JsonObject data)
        {
            crossed.Add(limit);
            events.Append(c, new(type) { ProjectSeq = after.Seq, AgentSeq = agentSeq, EntityType = "project", EntityId = after.Id, Data = data.ToJsonString() });
        }
    }

    private bool IsOverBudget => Cost > Limits.Budget;
    private bool IsOverIterations => Iterations > Limits.MaxIterations;
}
