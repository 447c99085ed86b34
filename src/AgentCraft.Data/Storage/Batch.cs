namespace AgentCraft.Data.Storage;

/// <summary>Runs writes on the write connection: one alone in its transaction, or many in one with a savepoint each.</summary>
internal sealed class Batch(Connection connection)
{
    /// <summary>One transaction for one write: its result, and the names to wake.</summary>
    /// <exception cref="Exception">What the work threw, in our words where it was the engine; nothing of the work is left.</exception>
    public (T Result, IReadOnlyList<string> Names) RunAlone<T>(Func<Connection, T> work)
    {
        connection.Pulses.Clear();
        try
        {
            BeginUnlessBegun();
            T result = work(connection);
            connection.Commit(connection.Pulses);
            return (result, [.. connection.Pulses]);
        }
        catch (Exception failure)
        {
            connection.RollBack();
            if (!connection.Dialect.IsTransient(failure) && Translate(failure) is var translated && translated != failure)
                throw translated;
            throw;
        }
    }

    /// <summary>
    /// One transaction for all. A write that fails is undone by its savepoint and only its caller learns of it. If the transaction as a
    /// whole is lost (disk full, I/O error) the others are run again, each alone.
    /// </summary>
    /// <param name="writes">Those that have no outcome yet are run.</param>
    /// <param name="names">Gets the names to wake, of all writes that were committed.</param>
    public void Run(IReadOnlyList<PendingWrite> writes, List<string> names)
    {
        List<PendingWrite> left = [.. writes.Where(write => !write.IsDone)];
        if (left.Count > 1 && TryTogether(left, names))
            return;
        foreach (PendingWrite write in writes.Where(write => !write.IsDone))
            RunOne(write, names);
    }

    private void RunOne(PendingWrite write, List<string> names)
    {
        try
        {
            names.AddRange(RunAlone<object?>(c => { write.Run(c); return null; }).Names);
            write.Complete();
        }
        catch (Exception failure) when (!connection.Dialect.IsTransient(failure))
        {
            write.Fail(failure);
        }
    }

    private bool TryTogether(IReadOnlyList<PendingWrite> writes, List<string> names)
    {
        List<(PendingWrite Write, Exception? Failure)> outcomes = new(writes.Count);
        List<string> woken = [];
        try
        {
            BeginUnlessBegun();
            foreach (PendingWrite write in writes)
                outcomes.Add((write, RunInSavepoint(write, outcomes.Count == 0, woken)));
            connection.Commit(woken);
            names.AddRange(woken);
        }
        catch (Exception failure)
        {
            connection.RollBack();
            if (connection.Dialect.IsTransient(failure))
                throw;
            // The batch as a whole failed; why, each write will find out for itself when it runs alone. Unless it may be committed.
            return FailIfUnknown(writes, failure);
        }
        foreach ((PendingWrite write, Exception? failure) in outcomes)
            if (failure is null)
                write.Complete();
            else
                write.Fail(Translate(failure));
        return true;
    }

    private static bool FailIfUnknown(IReadOnlyList<PendingWrite> writes, Exception failure)
    {
        if (failure is not AgentCraftException { Code: ErrorCodes.OutcomeUnknown })
            return false;
        foreach (PendingWrite write in writes)
            write.Fail(failure);
        return true;
    }

    /// <summary>Whoever must hold a lock before deciding what to run has begun already.</summary>
    private void BeginUnlessBegun()
    {
        if (!connection.InTransaction)
            connection.Begin();
    }

    private Exception? RunInSavepoint(PendingWrite write, bool isFirst, List<string> names)
    {
        connection.Pulses.Clear();
        // One round trip, where there are any; the last one goes with the commit.
        connection.Execute(isFirst ? "SAVEPOINT one" : "RELEASE one; SAVEPOINT one");
        try
        {
            write.Run(connection);
            names.AddRange(connection.Pulses);
            return null;
        }
        catch (Exception failure) when (connection.InTransaction && !connection.Dialect.IsTransient(failure))
        {
            connection.Execute("ROLLBACK TO one");
            return failure;
        }
    }

    private Exception Translate(Exception failure) => connection.Dialect.Translate(failure);
}
