using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Instances;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary>The part of <c>agentcraft doctor</c> about instances: a look, or with <c>--reindex</c> the cure.</summary>
internal static class DoctorInstances
{
    /// <summary>What there is; with <paramref name="reindex"/> put right first, and the index made again.</summary>
    public static async Task<InstanceReport> Examine(string root, bool reindex, CancellationToken cancellationToken)
    {
        await using Stores stores = Roots.OpenStores(root, new());
        if (!reindex)
            return stores.InstanceRecovery.Look();
        InstanceReport report = await stores.InstanceRecovery.Reindex(cancellationToken);
        await stores.Audit.Append(AuditEntry.ByPerson("instances_reindexed") with { Detail = $"{report.Recovered.Count} stopped, {report.Moved.Count} moved, {report.Removed.Count} forgotten" }, CancellationToken.None);
        return report;
    }

    public static JsonNode ToJson(InstanceReport report) => JsonSerializer.SerializeToNode(report, ToolJson.Serializer)!;

    public static string ToText(InstanceReport report, bool reindexed)
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
        return text.Append(reindexed ? "\nThe index of instances is that of the directories again." : "").ToString();
    }
}
