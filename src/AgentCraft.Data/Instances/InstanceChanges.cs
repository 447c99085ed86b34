namespace AgentCraft.Data.Instances;

/// <summary>What becomes of an instance's file by a change.</summary>
internal static class InstanceChanges
{
    /// <summary>The next contents; the same object when nothing changes.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_transition</c></exception>
    public static InstanceFile Apply(InstanceFile file, InstanceChange change, string? by, DateTimeOffset now)
    {
        Instance instance = file.Instance;
        if (change.To == instance.State)
            return WithNews(file, change, by, now);
        InstanceSteps.Check(instance, change.To);
        return file.With(Named(Step(instance, change.To, by, change.Reason, now, change.Pid), change));
    }

    /// <summary>An instance whose process is gone has stopped, from whatever state.</summary>
    public static InstanceFile Stopped(InstanceFile file, string reason, DateTimeOffset now) =>
        file.With(Step(file.Instance, InstanceState.Stopped, by: null, reason, now, file.Instance.Pid));

    private static Instance Step(Instance instance, InstanceState to, string? by, string? reason, DateTimeOffset now, int? pid)
    {
        bool isOver = InstanceSteps.IsOver(to);
        return instance with
        {
            State = to,
            Reason = reason,
            By = by,
            Pid = isOver ? null : instance.Pid,
            ProcessStartedAt = isOver ? null : instance.ProcessStartedAt,
            ProcessKey = isOver ? null : instance.ProcessKey,
            Port = isOver ? null : instance.Port,
            Health = isOver ? null : instance.Health,
            StateChangedAt = now,
            UpdatedAt = now,
            LaunchedAt = to == InstanceState.Running ? now : instance.LaunchedAt,
            StoppedAt = isOver ? now : instance.StoppedAt,
            LastStep = new(Ids.New("event", now), instance.State, to, now, by, reason, pid ?? instance.Pid),
        };
    }

    private static InstanceFile WithNews(InstanceFile file, InstanceChange change, string? by, DateTimeOffset now)
    {
        Instance instance = file.Instance, told = Named(instance, change) with { Reason = change.Reason ?? instance.Reason };
        return told == instance ? file : file.With(told with { By = by ?? instance.By, UpdatedAt = now });
    }

    /// <summary>With the process, port and health that the change names.</summary>
    private static Instance Named(Instance instance, InstanceChange change)
    {
        Instance named = instance with { Port = change.Port ?? instance.Port, Health = change.Health ?? instance.Health };
        // The same number as before may be another process by now.
        if (change.Pid is not { } pid || (pid == instance.Pid && RunningProcess.IsAlive(instance)))
            return named;
        RunningProcess? process = RunningProcess.Find(pid);
        return named with { Pid = pid, ProcessStartedAt = process?.StartedAt, ProcessKey = process?.Key };
    }
}
