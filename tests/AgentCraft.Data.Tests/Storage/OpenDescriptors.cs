using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Which files this process has open, as the system sees it. On Linux only; elsewhere it sees none.</summary>
internal static class OpenDescriptors
{
    /// <summary>One entry for each descriptor on a file of the project.</summary>
    public static List<string> Of(TemporaryProject project) => !OperatingSystem.IsLinux() ? []
        : [.. Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).OfType<string>().Where(f => f.StartsWith(project.Root, StringComparison.Ordinal))];

    /// <summary>How many agents' database files are open, each counted once.</summary>
    public static int CountAgentFiles(TemporaryProject project) => Of(project).Where(f => f.EndsWith("agent.db", StringComparison.Ordinal)).Distinct().Count();
}
