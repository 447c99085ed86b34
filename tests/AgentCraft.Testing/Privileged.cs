using System.Diagnostics;

namespace AgentCraft.Testing;

/// <summary>What only root may do, as root or by sudo (<see cref="Need.Sudo"/>): small disks, disks that cannot be written, other owners.</summary>
public static class Privileged
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Root itself is bound by permissions only without these; anybody else is anyway.</summary>
    public static string[] BoundByPermissions(params string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search", .. command] : command;

    /// <summary>Runs a program; fails with what it said unless it succeeds.</summary>
    public static void Run(params string[] command)
    {
        string[] all = Environment.IsPrivilegedProcess ? command : ["sudo", "-n", .. command];
        using Process process = Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        if (!process.WaitForExit(Limit) || process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', all)}: {error}");
    }
}
