using System.Text.Json;
using AgentCraft.Data.Tasks;

namespace AgentCraft.Data.Processes;

/// <summary>A process to be established: to become tasks.</summary>
public sealed record ProcessRun
{
    /// <summary>The process, by name or id.</summary>
    public required string Process { get; init; }
    /// <summary>Who wants it, by name or id.</summary>
    public required string By { get; init; }
    /// <summary>The values of its required inputs: an object of texts, numbers and truth values.</summary>
    public JsonElement? Inputs { get; init; }
    /// <summary>The id of the task that the whole is part of.</summary>
    public string? Parent { get; init; }
    /// <summary>Higher is more urgent.</summary>
    public int Priority { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public ProcessRun Validated()
    {
        FreeForm.Check(Inputs, "inputs");
        return this;
    }

    /// <summary>The values as text.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> naming all that is missing, unknown or no value</exception>
    internal Dictionary<string, string> Values(ProcessDefinition process)
    {
        Dictionary<string, string> values = [];
        foreach (JsonProperty input in Inputs?.EnumerateObject() ?? default)
            if (input.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                throw Invalid($"The input '{Text.Shown(input.Name)}' is no text, number or truth value.", "Pass one value for each input, such as {\"version\": \"1.2\"}.");
            else if (!process.RequiredInputs.Contains(input.Name))
                throw Invalid($"'{process.Name}' has no input '{Text.Shown(input.Name)}'.", Text.DidYouMean(input.Name, process.RequiredInputs) + Needs(process));
            else if (input.Value.ValueKind != JsonValueKind.Null && input.Value.ToString() is { } value && !string.IsNullOrWhiteSpace(value))
                values[input.Name] = value;
        string[] missing = [.. process.RequiredInputs.Where(name => !values.ContainsKey(name))];
        return missing.Length == 0 ? values
            : throw Invalid($"'{process.Name}' lacks {(missing.Length == 1 ? "an input" : "inputs")}: {string.Join(", ", missing)}.", Needs(process));
    }

    private static string Needs(ProcessDefinition process) =>
        process.RequiredInputs.Length == 0 ? "It needs no inputs." : $"It needs inputs for {string.Join(", ", process.RequiredInputs)}.";

    private static AgentCraftException Invalid(string message, string hint) => new(ErrorCodes.InvalidArgument, message, hint);
}

/// <summary>What became of a process.</summary>
public sealed record EstablishedProcess
{
    /// <summary>Its name.</summary>
    public required string Process { get; init; }
    /// <summary>Which of its versions.</summary>
    public int Version { get; init; }
    /// <summary>The task that the steps are parts of.</summary>
    public required WorkTask Task { get; init; }
    /// <summary>The steps, each after those that it waits for.</summary>
    public required IReadOnlyList<EstablishedStep> Steps { get; init; }
    /// <summary>True when an earlier call with the same idempotency key did it and this one did nothing.</summary>
    public bool Replayed { get; init; }
}

/// <summary>What became of a step.</summary>
public sealed record EstablishedStep
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>The id of its task.</summary>
    public required string Task { get; init; }
    /// <summary>queued, or blocked while it waits for others.</summary>
    public WorkStatus Status { get; init; }
    /// <summary>Ids of the tasks that it waits for.</summary>
    public required IReadOnlyList<string> DependsOn { get; init; }
    /// <summary>What its worker should be able to do.</summary>
    public string? Capability { get; init; }
    /// <summary>Live agents that say they can, at most five; none where no capability is wanted.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }
}
