using System.Diagnostics;
using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Storage;

/// <summary>A caller's write on its way: queued, then either started (and awaited whatever happens) or abandoned.</summary>
/// <param name="waits">Is told how long it was queued.</param>
internal abstract class PendingWrite(Histogram? waits)
{
    private const int Queued = 0, Started = 1, Abandoned = 2;
    private readonly long _since = Stopwatch.GetTimestamp();
    private int _state;

    /// <summary>The writer takes it; false when its caller has given up.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Queued) == Queued && Waited();

    /// <summary>Its caller has given up.</summary>
    public bool IsAbandoned => Volatile.Read(ref _state) == Abandoned;

    /// <summary>Its outcome is known, if not yet to its caller.</summary>
    public abstract bool IsDone { get; }

    /// <summary>The caller gives up; false when it has been started and must be awaited.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued) == Queued;

    /// <summary>Its wait is over, be it in vain.</summary>
    protected bool Waited()
    {
        waits?.AddSince(_since);
        return true;
    }

    /// <summary>Runs the caller's work and keeps its result; may run again when the transaction around it was lost.</summary>
    public abstract void Run(Connection connection);

    /// <summary>Its work is committed.</summary>
    public abstract void Complete();

    /// <summary>Its work failed and left nothing behind; nothing happens when its outcome is known already.</summary>
    public abstract void Fail(Exception failure);

    /// <summary>What it has committed may not last.</summary>
    public abstract void Doubt(Exception failure);

    /// <summary>Tells the caller its outcome, if there is one.</summary>
    public abstract void Tell();

    /// <summary>The same for many.</summary>
    public static void Tell(List<PendingWrite> writes) => writes.ForEach(write => write.Tell());
}

/// <inheritdoc cref="PendingWrite"/>
internal sealed class PendingWrite<T>(Func<Connection, T> work, Histogram? waits = null) : PendingWrite(waits)
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private Exception? _failure;
    private bool _isDone;

    public override bool IsDone => _isDone;

    /// <summary>Its outcome.</summary>
    /// <exception cref="AgentCraftException"><paramref name="busy"/> when it is still queued after <paramref name="patience"/>.</exception>
    public async Task<T> Await(TimeSpan patience, CancellationToken cancellationToken, Func<ValueTask<AgentCraftException>> busy)
    {
        try
        {
            return await _outcome.Task.WaitAsync(patience, cancellationToken);
        }
        catch (TimeoutException) when (TryAbandon())
        {
            Waited();
            throw await busy();
        }
        catch (OperationCanceledException) when (TryAbandon())
        {
            throw;
        }
        catch (Exception giveUp) when (giveUp is TimeoutException or OperationCanceledException)
        {
            // It has been started, so its outcome is real: the caller must learn it.
            return await _outcome.Task;
        }
    }

    public override void Run(Connection connection) => _result = work(connection);

    public override void Complete() => _isDone = true;

    public override void Fail(Exception failure)
    {
        if (!_isDone)
            (_failure, _isDone) = (failure, true);
    }

    public override void Doubt(Exception failure) => _failure ??= failure;

    public override void Tell()
    {
        if (!_isDone)
            return;
        if (_failure is null)
            _outcome.TrySetResult(_result);
        else
            _outcome.TrySetException(_failure);
    }
}
