using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Who holds the gate of a file now, and since when. Held for a moment it is somebody's write; held for long, nobody else can write.</summary>
internal sealed class LockCheck : ICheck
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private const int Looks = 20;

    public string Name => "locks";

    public string Title => "Locks";

    public bool AppliesTo(Premises premises) => premises.HasStore;

    async Task<Seen> ICheck.Look(Premises premises, CancellationToken cancellationToken)
    {
        if (!premises.IsFiles)
            return OnServer(premises);
        if (!premises.Around.Processes.IsKnown)
            return await Task.FromResult(new Seen("not known on this system"));
        Dictionary<string, StoreFile> gates = premises.Files().ToDictionary(file => file.Path + ".gate");
        List<Holder> held = Held(premises, gates);
        foreach (Holder first in held.Where(holder => !holder.IsStopped).ToList())
            if (!await IsHeldOn(premises, gates, first, cancellationToken))
                held.Remove(first);
        string busy = held.Count == 0 ? "nobody holds a gate for long" : $"{held.Count} held";
        return new(busy, [.. held.Select(holder => Of(premises, holder))]);
    }

    /// <summary>The same hold, all the time of looking: a process that writes much is seen often, but not in one hold.</summary>
    private static async Task<bool> IsHeldOn(Premises premises, Dictionary<string, StoreFile> gates, Holder first, CancellationToken cancellationToken)
    {
        Dictionary<string, StoreFile> one = new() { [first.File.Path + ".gate"] = gates[first.File.Path + ".gate"] };
        for (int i = 0; i < Looks; i++)
        {
            await Task.Delay(Look, cancellationToken);
            if (!Held(premises, one).Exists(now => now.Pid == first.Pid && now.Signed == first.Signed))
                return false;
        }
        return true;
    }

    private static List<Holder> Held(Premises premises, Dictionary<string, StoreFile> gates) =>
        [.. premises.Around.Processes.Opened(gates.ContainsKey).Where(open => open.HoldsLock).DistinctBy(open => (open.Pid, open.Path)).Select(open => Holder.Of(premises, gates[open.Path], open.Pid))];

    private static Finding Of(Premises premises, Holder holder) => Finding.Error(
        $"Process {holder.Pid}{(holder.Program is { } program ? $" ({program})" : "")}{(holder.IsStopped ? ", which is stopped," : "")} holds the lock of {premises.Shown(holder.File.Path)}{(holder.Since is { } since ? $" since {Times.ToText(since)}" : "")}.",
        "Until it lets go, every other write to that file answers store_busy; reads go on.",
        holder.IsStopped ? $"kill -CONT {holder.Pid}" : $"kill {holder.Pid}");

    private static Seen OnServer(Premises premises)
    {
        IReadOnlyList<string> holders = PostgresLook.Facts(premises).Holders;
        return new(holders.Count == 0 ? "nobody is writing" : $"{Premises.Some(holders)} is writing");
    }

    /// <param name="File">What it holds.</param>
    /// <param name="Pid">Who.</param>
    /// <param name="Program">Its command line.</param>
    /// <param name="IsStopped">By a signal.</param>
    /// <param name="Signed">When somebody took the gate last.</param>
    /// <param name="Since">The same, when it was that process.</param>
    private sealed record Holder(StoreFile File, int Pid, string? Program, bool IsStopped, DateTime Signed, DateTimeOffset? Since)
    {
        public static Holder Of(Premises premises, StoreFile file, int pid)
        {
            RunningProgram? program = premises.Around.Processes.Find(pid);
            DateTime signed = System.IO.File.GetLastWriteTimeUtc(HolderFile.PathOf(file.Path));
            return new(file, pid, program?.Shown, program?.IsStopped == true, signed, HolderFile.Read(file.Path) == pid ? new(signed, TimeSpan.Zero) : null);
        }
    }
}
