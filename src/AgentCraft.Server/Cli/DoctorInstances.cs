using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Instances;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary>The part of <c>agentcraft doctor</c> about instances that the checks do not have: how many there are, and the cure.</summary>
internal static class DoctorInstances
{
    /// <summary>What there is; no store is opened.</summary>
    public static InstanceReport Look(string root)
    {
        try
        {
            return new Stores(root, new(), TimeProvider.System).InstanceRecovery.Look();
        }
        catch (AgentCraftException)
        {
            // What keeps them from being looked at is a finding.
            return new();
        }
    }

    /// <summary>Puts them right, and makes their index again.</summary>
    public static async Task<InstanceReport> Reindex(string root, StoreOptions options, CancellationToken cancellationToken)
    {
        await using Stores stores = Roots.OpenStores(root, options);
        InstanceReport report = await stores.InstanceRecovery.Reindex(cancellationToken);
        await stores.Audit.Append(AuditEntry.ByPerson("instances_reindexed") with { Detail = $"{report.Recovered.Count} stopped, {report.Moved.Count} moved, {report.Removed.Count} forgotten" }, CancellationToken.None);
        return report;
    }

    public static JsonNode ToJson(InstanceReport report) => JsonSerializer.SerializeToNode(report, ToolJson.Serializer)!;

    public static string ToText(InstanceReport report)
    {
        StringBuilder text = new($"Instances: {report.Total}{(report.Total == 0 ? "" : $" ({string.Join(", ", report.States.Select(state => $"{state.Value} {state.Key}"))})")}");
        foreach (RecoveredInstance one in report.Recovered)
            text.Append($"\n  {one.Name} has stopped. {one.Reason}");
        foreach (string name in report.Logged)
            text.Append($"\n  {name}: its last step is in the log and in the index now.");
        foreach (MovedMetadata one in report.Moved)
            text.Append($"\n  {one.Directory}: {TerminalText.Of(one.Fault)}; the file lies in {one.MovedTo} now.");
        foreach (string name in report.Removed)
            text.Append($"\n  {name} is no instance any more; the index has forgotten it.");
        foreach (BrokenInstance one in report.Broken)
            text.Append($"\n  {one.Directory}: {TerminalText.Of(one.Fault)}");
        foreach (BrokenInstance one in report.Failed)
            text.Append($"\n  {one.Directory} could not be put right: {TerminalText.Of(one.Fault)}");
        return text.Append("\nThe index of instances is that of the directories again.").ToString();
    }
}
