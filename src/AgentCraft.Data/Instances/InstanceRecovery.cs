using AgentCraft.Data.Agents;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Instances;

/// <summary>
/// What the start of a server, and <c>agentcraft doctor</c>, put right: instances whose process is gone have stopped, steps that only the file
/// has come into the log, broken metadata files go aside, the index shows the directories. Any number of processes may do it at once.
/// </summary>
public sealed class InstanceRecovery
{
    private readonly Databases _databases;
    private readonly AgentStore _agents;
    private readonly InstanceStore _instances;
    private readonly InstanceIndex _index;
    private readonly ProjectTree _tree;
    private readonly InstanceScan _scan;
    private readonly TimeSpan _patience;

    internal InstanceRecovery(Databases databases, AgentStore agents, InstanceStore instances, InstanceIndex index, TimeSpan patience)
    {
        (_databases, _agents, _instances, _index, _patience) = (databases, agents, instances, index, patience);
        _tree = new(databases.Root);
        _scan = new(_tree);
    }

    /// <summary>True when a root has any instance, which can be seen without opening its store.</summary>
    public static bool HasAny(string root)
    {
        try
        {
            return Directory.Exists(Path.Combine(root, InstanceDirectory.Parent))
                && Directory.EnumerateDirectories(Path.Combine(root, InstanceDirectory.Parent)).Any(path => File.Exists(Path.Combine(path, InstanceDirectory.Metadata)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What there is, without changing anything.</summary>
    public InstanceReport Look() => InstanceReport.Of(_scan.All());

    /// <summary>Looks at each directory and puts right what is to be put right; what fails in one is told and stops no other.</summary>
    public Task<InstanceReport> Recover(CancellationToken cancellationToken = default) => Run(Recover, cancellationToken);

    /// <summary>The same, and makes the index again from the directories: rows of what is no instance any more go.</summary>
    public Task<InstanceReport> Reindex(CancellationToken cancellationToken = default) => Run(Reindex, cancellationToken);

    private async Task<InstanceReport> Run(Func<string, InstanceReading, InstanceReport, CancellationToken, Task> each, CancellationToken cancellationToken)
    {
        InstanceReport done = new();
        foreach (InstanceScan.Found found in _scan.All())
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await each(found.Name, found.Reading, done, cancellationToken);
            }
            // Whatever it is: what somebody wrote into one directory keeps nobody from the others.
            catch (Exception failure) when (failure is not (OperationCanceledException or ObjectDisposedException or AgentCraftException { Code: ErrorCodes.Stopping }))
            {
                done.Failed.Add(new($"{InstanceDirectory.Parent}/{found.Name}", failure.Message));
            }
        await RemoveGone(done, cancellationToken);
        InstanceReport now = Look();
        return now with { Recovered = done.Recovered, Moved = done.Moved, Logged = done.Logged, Removed = done.Removed, Failed = done.Failed };
    }

    private async Task Recover(string name, InstanceReading seen, InstanceReport done, CancellationToken cancellationToken)
    {
        if (seen.File is { } file ? !await NeedsCare(file.Instance, cancellationToken) : !seen.IsBroken)
            return;
        using InstanceDirectory? directory = InstanceDirectory.Find(_tree, name);
        if (directory is null)
            return;
        using FileEdit edit = directory.Begin(_patience, cancellationToken);
        // Somebody else may have put it right meanwhile.
        InstanceReading now = directory.Read();
        if (now.IsBroken)
            await MoveAway(directory, now, done, cancellationToken);
        else if (now.File is { } current && await NeedsCare(current.Instance, cancellationToken))
            await Care(directory, current, done, cancellationToken);
    }

    private async Task Reindex(string name, InstanceReading seen, InstanceReport done, CancellationToken cancellationToken)
    {
        await Recover(name, seen, done, cancellationToken);
        if (_scan.Read(name).File is { } file)
            await _instances.Index(file.Instance, cancellationToken);
    }

    private async Task Care(InstanceDirectory directory, InstanceFile file, InstanceReport done, CancellationToken cancellationToken)
    {
        (DateTimeOffset now, string? gone, bool isLogged) = await _databases.Central.Read(c => (c.Time.Now, Gone(c, file.Instance), _index.IsLogged(c, file.Instance)), cancellationToken);
        InstanceFile next = gone is null ? file : InstanceChanges.Stopped(file, gone, now);
        await _instances.Settle(directory, file, next, cancellationToken);
        if (!isLogged)
            done.Logged.Add(file.Instance.Name);
        if (next != file)
            done.Recovered.Add(new(file.Instance.Name, file.Instance.State, gone!));
    }

    private async Task MoveAway(InstanceDirectory directory, InstanceReading broken, InstanceReport done, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await _databases.Central.Read(c => c.Time.Now, cancellationToken);
        if (directory.MoveAway(broken, now) is not { } where)
            return;
        done.Moved.Add(new($"{InstanceDirectory.Parent}/{directory.Name}", broken.Fault!, where));
        await _databases.Central.Write(c =>
        {
            _index.Remove(c, directory.Name);
            _index.LogMoved(c, directory.Name, broken.Fault!, where);
            return true;
        }, CancellationToken.None);
    }

    private Task<bool> NeedsCare(Instance instance, CancellationToken cancellationToken) =>
        _databases.Central.Read(c => !_index.IsCurrent(c, instance) || Gone(c, instance) is not null, cancellationToken);

    /// <summary>Why an instance that should have a process has none; null when it has one or needs none.</summary>
    private string? Gone(Connection c, Instance instance)
    {
        if (!InstanceSteps.HasProcess(instance.State))
            return null;
        if (instance.Pid is { } pid)
            return RunningProcess.IsAlive(instance) ? null : $"It was {instance.State} and its process {pid} is gone.";
        // Nobody named a process: what is left to judge by is whether anybody hears of the agent.
        bool isHeard = instance.StateChangedAt > _agents.LiveSince(c) || instance.UpdatedAt > _agents.LiveSince(c) || _agents.Find(c, instance.Name) is { Live: true };
        return isHeard ? null : $"It was {instance.State} without a process that is known, and its agent is not heard of.";
    }

    private Task RemoveGone(InstanceReport done, CancellationToken cancellationToken) => _databases.Central.Write(c =>
    {
        done.Removed.Clear();
        foreach (string name in _index.Names(c).Where(name => _scan.Read(name).IsMissing))
        {
            _index.Remove(c, name);
            done.Removed.Add(name);
        }
        return true;
    }, cancellationToken);
}
