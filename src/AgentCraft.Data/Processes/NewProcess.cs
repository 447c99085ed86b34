using System.Text.Json;

namespace AgentCraft.Data.Processes;

/// <summary>A process as it is to be defined; the same name is the same process, defined anew as a whole.</summary>
public sealed record NewProcess
{
    private const int LongestName = 128, LongestWord = 200, MostWords = 50, MostSteps = 100, LargestSteps = 256 * 1024;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Who defines it, by name or id.</summary>
    public required string By { get; init; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>What happens when it is to be established.</summary>
    public string[] Triggers { get; init; } = [];
    /// <summary>What establishing needs.</summary>
    public string[] RequiredInputs { get; init; } = [];
    /// <summary>The steps, in any order.</summary>
    public required ProcessStep[] Steps { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c></exception>
    public NewProcess Validated()
    {
        if (!IsWord(Name) || Name.Length > LongestName)
            throw new AgentCraftException(ErrorCodes.InvalidName, $"'{Text.Shown(Name)}' is no name for a process.",
                $"Use 1 to {LongestName} letters, digits, '_', '-' or '.', for example 'release'.");
        Text.Within(Description, "description", 16 * 1024, "Shorten it; save_document holds longer text.");
        CheckWords(Triggers, "triggers");
        CheckWords(RequiredInputs, "requiredInputs");
        if (RequiredInputs.FirstOrDefault(input => !IsWord(input)) is { } bad)
            throw Invalid($"'{Text.Shown(bad)}' is no name for an input.", "Use letters, digits, '_', '-' or '.', for example 'version'.");
        CheckSteps();
        return this;
    }

    private void CheckSteps()
    {
        if (Steps.Length is 0 or > MostSteps)
            throw Invalid($"steps must have 1 to {MostSteps} entries, not {Steps.Length}.", "Pass a list such as [{\"name\": \"build\", \"instruction\": \"Build {{version}}\"}].");
        foreach (ProcessStep step in Steps)
            Check(step);
        if (Steps.GroupBy(step => step.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Invalid($"Two steps are called '{Text.Shown(twice.Key)}'.", "Give each step a name of its own.");
        foreach (ProcessStep step in Steps)
            if (step.After?.FirstOrDefault(name => Steps.All(other => other.Name != name)) is { } unknown)
                throw Invalid($"Step '{step.Name}' comes after '{Text.Shown(unknown)}', which is no step.", Text.DidYouMean(unknown, Steps.Select(s => s.Name)) + "after names steps of the same process.");
        StepOrder.Sort(Steps);
        Text.Within(JsonSerializer.Serialize(Steps, DataJson.Default.ProcessStepArray), "steps", LargestSteps, "Keep details in documents and name them in the instructions.");
    }

    private void Check(ProcessStep step)
    {
        if (string.IsNullOrWhiteSpace(step?.Name))
            throw Invalid("A step needs a name.", "For example {\"name\": \"build\", \"instruction\": \"Build it\"}.");
        Text.Within(step.Name, "A step's name", LongestWord, "Use a short name.");
        Text.Within(step.Capability, "A step's capability", LongestWord, "Use a short word, such as code-review.");
        if (string.IsNullOrWhiteSpace(step.Instruction))
            throw Invalid($"Step '{step.Name}' has no instruction.", "Say what is to be done and when it is done.");
        Text.Storable(step.Instruction, "instruction");
        if (StepText.Inputs(step.Instruction).FirstOrDefault(input => !RequiredInputs.Contains(input)) is { } unknown)
            throw Invalid($"Step '{step.Name}' uses {{{{{Text.Shown(unknown)}}}}}, which is no required input.",
                Text.DidYouMean(unknown, RequiredInputs) + "Name it in requiredInputs, or leave the braces out.");
    }

    private static void CheckWords(string[] words, string what)
    {
        if (words.Length > MostWords)
            throw Invalid($"{what} can have {MostWords} entries, not {words.Length}.", "Leave some out.");
        foreach (string word in words)
        {
            if (string.IsNullOrWhiteSpace(word))
                throw Invalid($"{what} has an empty entry.", "Leave it out.");
            Text.Within(word, what, LongestWord, "Use short words.");
        }
    }

    private static bool IsWord(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static AgentCraftException Invalid(string message, string hint) => new(ErrorCodes.InvalidArgument, message, hint);
}
