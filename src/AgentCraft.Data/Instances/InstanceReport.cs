namespace AgentCraft.Data.Instances;

/// <summary>What a look at all instances found, and what was done about it.</summary>
public sealed record InstanceReport
{
    /// <summary>How many there are.</summary>
    public int Total { get; init; }
    /// <summary>How many in each state.</summary>
    public IReadOnlyDictionary<InstanceState, int> States { get; init; } = new Dictionary<InstanceState, int>();
    /// <summary>Directories whose metadata file cannot be used and lies there still.</summary>
    public IReadOnlyList<BrokenInstance> Broken { get; init; } = [];
    /// <summary>Instances that have stopped because their process is gone.</summary>
    public List<RecoveredInstance> Recovered { get; init; } = [];
    /// <summary>Broken metadata files that lie aside now.</summary>
    public List<MovedMetadata> Moved { get; init; } = [];
    /// <summary>Instances whose last step came into the log only now.</summary>
    public List<string> Logged { get; init; } = [];
    /// <summary>Rows that the index had of what is no instance any more.</summary>
    public List<string> Removed { get; init; } = [];
    /// <summary>Directories in which something was to be done and could not be.</summary>
    public List<BrokenInstance> Failed { get; init; } = [];

    internal static InstanceReport Of(IReadOnlyList<InstanceScan.Found> found)
    {
        List<Instance> instances = [.. found.Select(one => one.Reading.File?.Instance).OfType<Instance>()];
        return new()
        {
            Total = instances.Count,
            States = instances.CountBy(instance => instance.State).OrderBy(pair => pair.Key).ToDictionary(),
            Broken = [.. found.Where(one => one.Reading.File is null).Select(one => new BrokenInstance($"{InstanceDirectory.Parent}/{one.Name}", one.Reading.Fault!))],
        };
    }
}

/// <summary>An instance that has stopped because its process is gone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Was">The state that it was in.</param>
/// <param name="Reason">Why it is Stopped now.</param>
public sealed record RecoveredInstance(string Name, InstanceState Was, string Reason);

/// <summary>A broken metadata file that lies aside.</summary>
/// <param name="Directory">Where it was.</param>
/// <param name="Fault">What was wrong with it.</param>
/// <param name="MovedTo">Where it is, relative to the root.</param>
public sealed record MovedMetadata(string Directory, string Fault, string MovedTo);
