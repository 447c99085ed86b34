namespace AgentCraft.Data.Processes;

/// <summary>Puts steps into an order in which each comes after all that it waits for, near to that in which they were written.</summary>
internal static class StepOrder
{
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> naming the steps that wait for each other</exception>
    public static List<ProcessStep> Sort(IReadOnlyList<ProcessStep> steps)
    {
        List<ProcessStep> sorted = [], rest = [.. steps];
        HashSet<string> done = [];
        while (rest.Count > 0)
        {
            ProcessStep next = rest.FirstOrDefault(step => step.After is null || step.After.All(done.Contains)) ?? throw Cycle(rest, done);
            rest.Remove(next);
            sorted.Add(next);
            done.Add(next.Name);
        }
        return sorted;
    }

    private static AgentCraftException Cycle(List<ProcessStep> rest, HashSet<string> done)
    {
        // Whoever follows what a step waits for long enough is on a cycle, and comes by each of its steps again.
        Dictionary<string, string> waitsFor = rest.ToDictionary(step => step.Name, step => step.After!.First(name => !done.Contains(name)));
        string at = rest[0].Name;
        foreach (ProcessStep _ in rest)
            at = waitsFor[at];
        List<string> cycle = [at];
        for (string next = waitsFor[at]; next != at; next = waitsFor[next])
            cycle.Add(next);
        return new(ErrorCodes.InvalidArgument, $"Steps wait for each other: {string.Join(" after ", cycle.Append(at).Select(name => $"'{Text.Shown(name, 40)}'"))}.",
            "Leave out one of these in after.");
    }
}
