using System.Diagnostics;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>The gates of all files that a restore touches, held together. Everybody else holds one at a time, so nobody waits in a circle.</summary>
internal sealed class RestoreGates : IDisposable
{
    private readonly List<WriteGate> _held = [];

    private RestoreGates()
    {
    }

    /// <summary>Takes them in this order.</summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c> when one is held for too long, by a stopped process for instance; none is held then</exception>
    public static RestoreGates Enter(IEnumerable<string> files, TimeSpan patience)
    {
        RestoreGates gates = new();
        long start = Stopwatch.GetTimestamp();
        try
        {
            foreach (string file in files)
                gates.EnterOne(file, patience - Stopwatch.GetElapsedTime(start), patience);
            return gates;
        }
        catch
        {
            gates.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (WriteGate gate in _held)
        {
            gate.Exit();
            gate.Dispose();
        }
        _held.Clear();
    }

    private void EnterOne(string file, TimeSpan left, TimeSpan patience)
    {
        OwnedDirectory.Create(Path.GetDirectoryName(file)!);
        WriteGate gate = new(file);
        // A thread of its own: waiting for a gate cannot be interrupted.
        Task entering = gate.TryEnter() ? Task.CompletedTask : Task.Factory.StartNew(gate.Enter, TaskCreationOptions.LongRunning);
        if (entering.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
        {
            _held.Add(gate);
            return;
        }
        _ = entering.ContinueWith(_ =>
        {
            gate.Exit();
            gate.Dispose();
        }, TaskScheduler.Default);
        throw StoreErrors.Busy(file, HolderFile.Read(file), patience);
    }
}
