namespace AgentCraft.Data.Instances;

/// <summary>The state machine of instances.</summary>
public static class InstanceSteps
{
    /// <summary>The states that may follow.</summary>
    public static IReadOnlyList<InstanceState> After(InstanceState state) => state switch
    {
        InstanceState.Created => [InstanceState.Initializing],
        InstanceState.Initializing => [InstanceState.Ready, InstanceState.Failed],
        InstanceState.Ready => [InstanceState.Running],
        InstanceState.Running => [InstanceState.Stopping, InstanceState.Crashed],
        InstanceState.Stopping => [InstanceState.Stopped],
        InstanceState.Stopped => [InstanceState.Initializing],
        InstanceState.Failed => [InstanceState.Stopped],
        InstanceState.Crashed => [InstanceState.Restarting, InstanceState.Stopped],
        _ => [InstanceState.Running],
    };

    /// <summary>There is a process in these states; without one such an instance has stopped, whatever its file says.</summary>
    public static bool HasProcess(InstanceState state) =>
        state is InstanceState.Initializing or InstanceState.Running or InstanceState.Stopping or InstanceState.Restarting;

    /// <summary>There is none in these: what was known of the last one is forgotten.</summary>
    internal static bool IsOver(InstanceState state) => state is InstanceState.Stopped or InstanceState.Failed or InstanceState.Crashed;

    /// <exception cref="AgentCraftException"><c>invalid_transition</c>, naming the allowed ones.</exception>
    internal static void Check(Instance instance, InstanceState next)
    {
        if (!After(instance.State).Contains(next))
            throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Instance '{instance.Name}' is {instance.State} and cannot become {next}.",
                $"Allowed now: {string.Join(", ", After(instance.State))}.");
    }
}
