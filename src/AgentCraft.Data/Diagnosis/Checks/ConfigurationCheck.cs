using AgentCraft.Data.Configuration;
using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Settings and configuration files, in one line; <c>agentcraft config check</c> has all of it.</summary>
internal sealed class ConfigurationCheck : ICheck
{
    public string Name => "configuration";

    public string Title => "Configuration";

    public bool AppliesTo(Premises premises) => true;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        CheckedConfig found = ConfigCheck.Run(premises.Root);
        string summary = $"{found.Files} {(found.Files == 1 ? "file" : "files")} checked";
        Finding[] unheard = Unheard(premises) is { } finding ? [finding] : [];
        if (found.Findings.Count == 0)
            return Task.FromResult(new Seen(summary, unheard));
        ConfigFinding first = found.Findings.FirstOrDefault(fault => fault.IsError) ?? found.Findings[0];
        string more = found.Findings.Count > 1 ? $" (and {found.Findings.Count - 1} more)" : "";
        string next = premises.Command("config check");
        return Task.FromResult(new Seen(summary, [found.Passed
            ? Finding.Warning($"{first}{more}", "It works; what the file means may not be what happens.", next)
            : Finding.Error($"{first}{more}", "Servers refuse to start with broken settings, and what is broken elsewhere is not used. Settings that cannot be read count as their defaults in this report.", next), .. unheard]));
    }

    /// <summary>The one setting that only the store can say whether it is right; one that cannot be read is told by others.</summary>
    private static Finding? Unheard(Premises premises)
    {
        string name = premises.Settings.Monitoring.Notify;
        try
        {
            return name.Length == 0 || !premises.HasStore || (premises.IsFiles ? OnlyLooking.ReadTold(premises.Paths.Central, premises.Store, c => NotifiedAgent.IsThere(c, name))
                : PostgresLook.Read(premises, isCentral: true, c => NotifiedAgent.IsThere(c, name))) ? null
                : Finding.Warning(NotifiedAgent.Missing(name), "Thresholds that the store crosses are events and lines in the log, and nobody has a message.", premises.Command("config show"));
        }
        catch (AgentCraftException)
        {
            return null;
        }
    }
}
