using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

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
        Dictionary<string, StoreFile> gates = premises.Files().ToDictionary(file => file.Path + ".gate");
        List<Holder> held = Held(premises, gates);
        foreach (Holder first in held.Where(holder => !holder.IsStopped).ToList())
            if (!await IsHeldOn(premises, gates, first, cancellationToken))
                held.Remove(first);
        List<Finding> findings = [.. held.Select(holder => Of(premises, holder))];
        foreach (StoreFile file in gates.Values.Where(file => !held.Exists(holder => holder.File == file)))
            if (await IsTakenOn(file, cancellationToken))
                findings.Add(OfHidden(premises, file));
        return new(findings.Count == 0 ? "nobody holds a gate for long" : $"{findings.Count} held", findings);
    }

    /// <summary>By whom this process may not see: another user's, one in another container, or on a system that does not tell.</summary>
    private static async Task<bool> IsTakenOn(StoreFile file, CancellationToken cancellationToken)
    {
        DateTime signed = File.GetLastWriteTimeUtc(HolderFile.PathOf(file.Path));
        for (int i = 0; i <= Looks; i++)
        {
            if (!IsTaken(file.Path + ".gate") || File.GetLastWriteTimeUtc(HolderFile.PathOf(file.Path)) != signed)
                return false;
            await Task.Delay(Look, cancellationToken);
        }
        return true;
    }

    private static bool IsTaken(string gate)
    {
        if (!File.Exists(gate) || !FileStatus.IsWritable(gate))
            return false;
        using FileLock? free = FileLock.TryTake(gate);
        return free is null;
    }

    private static Finding OfHidden(Premises premises, StoreFile file)
    {
        int? pid = HolderFile.Read(file.Path);
        return Finding.Error($"The lock of {premises.Shown(file.Path)} has been held for more than a second by a process that cannot be seen from here{(pid is null ? "" : $"; the last to take it was {pid} where it runs")}.",
            "Until it lets go, every other write to that file answers store_busy; reads go on.", pid is null ? $"sudo lsof {Premises.Quoted(file.Path + ".gate")}" : $"ps -o pid,user,stat,args -p {pid}");
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
        try
        {
            IReadOnlyList<string> holders = PostgresLook.Facts(premises).Holders;
            return new(holders.Count == 0 ? "nobody is writing" : $"{Premises.Some(holders)} is writing");
        }
        catch (AgentCraftException)
        {
            // Told by the check of the server.
            return new("not known");
        }
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
