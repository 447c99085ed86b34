namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Servers of this root that have no client any more, or that are stopped.</summary>
internal sealed class ServerCheck : ICheck
{
    private const string RootVariable = "AGENTCRAFT_ROOT", Program = "agentcraft";

    public string Name => "servers";

    public string Title => "Servers";

    public bool AppliesTo(Premises premises) => true;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        ProcessTable processes = premises.Around.Processes;
        if (!processes.IsKnown)
            return Task.FromResult(new Seen("not known on this system"));
        List<RunningProgram> servers = [.. processes.All().Where(program => IsServer(program) && RootOf(program, processes) == premises.Root)];
        List<Finding> findings = [.. servers.Select(server => Of(server, processes)).OfType<Finding>()];
        return Task.FromResult(new Seen(servers.Count == 0 ? "none is running" : $"{servers.Count} running: {Premises.Some([.. servers.Select(server => $"{(IsHttp(server) ? "HTTP" : "stdio")} {server.Pid}")], 8)}", findings));
    }

    private static Finding? Of(RunningProgram server, ProcessTable processes)
    {
        // It may have ended, or been told to go on, since the first look.
        if (processes.Find(server.Pid) is not { } now)
            return null;
        string? gone = IsHttp(now) ? null : Gone(now, processes);
        string who = $"The server {now.Pid} ({now.Shown})";
        return gone is not null ? Finding.Warning($"{who} has no client any more: {gone}{(now.IsStopped ? ", and it is stopped" : "")}.",
                now.IsStopped ? "It does not end by itself while it is stopped, and may hold locks." : "It ends by itself within seconds unless it hangs; then it may hold locks.", now.IsStopped ? $"kill -9 {now.Pid}" : $"kill {now.Pid}")
            : now.IsStopped ? Finding.Warning($"{who} is stopped (SIGSTOP or a debugger).", "Its client waits, and a lock that it holds keeps others from writing.", $"kill -CONT {now.Pid}") : null;
    }

    /// <summary>Why nobody is there to talk to it; null when somebody is.</summary>
    private static string? Gone(RunningProgram server, ProcessTable processes) =>
        processes.Find(server.Parent) is { IsAdopter: true } ? "its parent is gone"
        : processes.WritersTo(server.Pid) is { Count: 0 } ? "nobody has the other end of its input" : null;

    private static bool IsServer(RunningProgram program) =>
        program.Words.Take(3).Any(word => Path.GetFileNameWithoutExtension(word) == Program || Path.GetFileName(word) is Program) && program.Words.Take(4).Contains("serve");

    private static bool IsHttp(RunningProgram program) => program.Words.Contains("--http");

    private static string? RootOf(RunningProgram program, ProcessTable processes)
    {
        string? directory = processes.DirectoryOf(program.Pid);
        int option = program.Words.ToList().FindIndex(word => word == "--root");
        string? given = option >= 0 ? program.Words.ElementAtOrDefault(option + 1)
            : program.Words.FirstOrDefault(word => word.StartsWith("--root=", StringComparison.Ordinal))?["--root=".Length..] ?? processes.VariableOf(program.Pid, RootVariable);
        return string.IsNullOrEmpty(given) ? directory : directory is null ? given : Path.TrimEndingDirectorySeparator(Path.GetFullPath(given, directory));
    }
}
