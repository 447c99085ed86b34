using System.Diagnostics;
using Xunit;

namespace AgentCraft.Testing;

/// <summary>A fact that is skipped, with the reason in the output, where this machine lacks what it needs.</summary>
/// <param name="need">The name of an environment variable that must have a value, or one of <see cref="Need"/>.</param>
/// <param name="why">What the test does with it, for who reads that it was skipped.</param>
public sealed class RequiresAttribute : FactAttribute
{
    /// <inheritdoc cref="RequiresAttribute"/>
    public RequiresAttribute(string need, string why) => Skip = Need.Missing(need, why);
}

/// <inheritdoc cref="RequiresAttribute"/>
public sealed class RequiresTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="RequiresTheoryAttribute"/>
    public RequiresTheoryAttribute(string need, string why) => Skip = Need.Missing(need, why);
}

/// <summary>What a test can need beyond an environment variable.</summary>
public static class Need
{
    /// <summary>Linux: /proc, inotify, flock.</summary>
    public const string Linux = "linux";

    /// <summary>Any Unix: signals.</summary>
    public const string Unix = "unix";

    /// <summary>Root's rights without a password, as root or by sudo.</summary>
    public const string Sudo = "sudo";

    /// <summary>The program strace, and leave to use it: it shows what a server asks of the system.</summary>
    public const string Strace = "strace";

    /// <summary>A run in full size: the test is too slow for the small one.</summary>
    public const string FullSize = "full size";

    /// <summary>A PostgreSQL server for tests: an Npgsql connection string of a user who may create schemas.</summary>
    public const string Postgres = "AGENTCRAFT_TEST_POSTGRES";

    /// <summary>Hand-overs that were really written: the folder AGENTCRAFT_TEST_HANDOVERS, else ../shared/data/handovers beside the repository.</summary>
    public const string Handovers = "AGENTCRAFT_TEST_HANDOVERS";

    /// <summary>Where those are; null where there are none.</summary>
    public static string? HandoverFolder => new[] { Environment.GetEnvironmentVariable(Handovers), Path.Combine(ServerExecutable.RepositoryRoot, "..", "shared", "data", "handovers") }
        .FirstOrDefault(folder => Directory.Exists(folder));

    private static readonly Lazy<bool> CanSudo = new(() => Environment.IsPrivilegedProcess || Runs("sudo", "-n", "true"));

    private static readonly Lazy<bool> CanTrace = new(() => OperatingSystem.IsLinux() && Runs("strace", "-o", "/dev/null", "true"));

    /// <summary>Null when <paramref name="need"/> is met, else the sentence that a skipped test prints.</summary>
    public static string? Missing(string need, string why) => need switch
    {
        Linux => OperatingSystem.IsLinux() ? null : $"Needs Linux: {why}",
        Unix => OperatingSystem.IsWindows() ? $"Needs Unix: {why}" : null,
        Sudo => CanSudo.Value ? null : $"Needs root or sudo without a password: {why}",
        Strace => CanTrace.Value ? null : $"Needs strace: {why}",
        Handovers => HandoverFolder is not null ? null : $"Needs {Handovers} to be set: {why}",
        FullSize => Quantity.IsFull ? null : $"Needs AGENTCRAFT_TEST_SIZE=full: {why}",
        _ => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(need)) ? $"Needs {need} to be set: {why}" : null,
    };

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            return process!.WaitForExit(TimeSpan.FromSeconds(5)) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
