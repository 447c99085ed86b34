using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Documents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.History;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Processes;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Pruning;
using AgentCraft.Data.Records;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Tasks;
using AgentCraft.Data.Tokens;
using AgentCraft.Data.Toolbox;

namespace AgentCraft.Server.Tools;

/// <summary>How arguments are read and results are written: camelCase, nothing for null, and é as é.</summary>
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(JsonElement?))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Recipients))]
[JsonSerializable(typeof(HandoverWish))]
[JsonSerializable(typeof(MetricValue[]))]
[JsonSerializable(typeof(MessageType?))]
[JsonSerializable(typeof(Importance?))]
[JsonSerializable(typeof(ListOrder?))]
[JsonSerializable(typeof(SearchOrder?))]
[JsonSerializable(typeof(AgentStatus?))]
[JsonSerializable(typeof(SessionBrief))]
[JsonSerializable(typeof(SessionEnd))]
[JsonSerializable(typeof(SessionStatus?))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(SessionState))]
[JsonSerializable(typeof(ArchivedSessions))]
[JsonSerializable(typeof(Agent))]
[JsonSerializable(typeof(AgentPage))]
[JsonSerializable(typeof(DollarAmount))]
[JsonSerializable(typeof(AgentTreePage))]
[JsonSerializable(typeof(AddedUsage))]
[JsonSerializable(typeof(RemovedAgent))]
[JsonSerializable(typeof(ProjectStatus?))]
[JsonSerializable(typeof(CreatedProject))]
[JsonSerializable(typeof(ChangedProject))]
[JsonSerializable(typeof(ProjectPage))]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(ProjectStats))]
[JsonSerializable(typeof(DeletedProject))]
[JsonSerializable(typeof(ConfigTemplates))]
[JsonSerializable(typeof(ResolvedTemplate))]
[JsonSerializable(typeof(DefinedTool))]
[JsonSerializable(typeof(ToolPage))]
[JsonSerializable(typeof(GrantedTool))]
[JsonSerializable(typeof(RevokedTool))]
[JsonSerializable(typeof(CapableAgentPage))]
[JsonSerializable(typeof(PostedMessages))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(MessageHitPage))]
[JsonSerializable(typeof(MessageThread))]
[JsonSerializable(typeof(DocumentFormat?))]
[JsonSerializable(typeof(SavedDocument))]
[JsonSerializable(typeof(Document))]
[JsonSerializable(typeof(DocumentPage))]
[JsonSerializable(typeof(DocumentHitPage))]
[JsonSerializable(typeof(Inbox))]
[JsonSerializable(typeof(Acknowledged))]
[JsonSerializable(typeof(UnreadHint))]
[JsonSerializable(typeof(CreatedHandover))]
[JsonSerializable(typeof(Takeover))]
[JsonSerializable(typeof(ValidatedHandover))]
[JsonSerializable(typeof(DecidedHandover))]
[JsonSerializable(typeof(HandoverPage))]
[JsonSerializable(typeof(HandoverStatus?))]
[JsonSerializable(typeof(SessionAnalysis))]
[JsonSerializable(typeof(Recommendations))]
[JsonSerializable(typeof(HandoverTemplates))]
[JsonSerializable(typeof(CheckedPaper))]
[JsonSerializable(typeof(Cli.RenderedPaper))]
[JsonSerializable(typeof(RecordedMetrics))]
[JsonSerializable(typeof(WorkStatus?))]
[JsonSerializable(typeof(NewSubtask[]))]
[JsonSerializable(typeof(CreatedTask))]
[JsonSerializable(typeof(AddedSubtasks))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(ClaimedTask))]
[JsonSerializable(typeof(UpdatedTask))]
[JsonSerializable(typeof(TaskTree))]
[JsonSerializable(typeof(ClaimedPaths))]
[JsonSerializable(typeof(ReleasedPaths))]
[JsonSerializable(typeof(ClaimPage))]
[JsonSerializable(typeof(ProcessStep[]))]
[JsonSerializable(typeof(DefinedProcess))]
[JsonSerializable(typeof(ProcessPage))]
[JsonSerializable(typeof(EstablishedProcess))]
[JsonSerializable(typeof(InstanceState))]
[JsonSerializable(typeof(InstanceState?))]
[JsonSerializable(typeof(CreatedInstance))]
[JsonSerializable(typeof(InstancePage))]
[JsonSerializable(typeof(SteppedInstance))]
[JsonSerializable(typeof(InstanceReport))]
[JsonSerializable(typeof(RecordKind))]
[JsonSerializable(typeof(PruneFilter))]
[JsonSerializable(typeof(PrunedRecords))]
[JsonSerializable(typeof(MaintenanceTask[]))]
[JsonSerializable(typeof(MaintenanceReport))]
[JsonSerializable(typeof(CheckedStore))]
[JsonSerializable(typeof(StoreStats))]
[JsonSerializable(typeof(LoggedEvent))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(EventSummary))]
[JsonSerializable(typeof(HistoryRole?))]
[JsonSerializable(typeof(HistoryWish[]))]
[JsonSerializable(typeof(AppendedHistory))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(HistoryHitPage))]
[JsonSerializable(typeof(HistorySummary))]
[JsonSerializable(typeof(OutputType?))]
[JsonSerializable(typeof(ContentEncoding?))]
[JsonSerializable(typeof(RecordedOutput))]
[JsonSerializable(typeof(OutputPage))]
[JsonSerializable(typeof(OutputPathPage))]
[JsonSerializable(typeof(OutputPart))]
[JsonSerializable(typeof(OutputHitPage))]
[JsonSerializable(typeof(BucketSize?))]
[JsonSerializable(typeof(MetricSeries))]
[JsonSerializable(typeof(MetricPage))]
[JsonSerializable(typeof(StoredAnalysis))]
[JsonSerializable(typeof(Analysis))]
[JsonSerializable(typeof(DescribedRecords))]
[JsonSerializable(typeof(SavedRecords))]
[JsonSerializable(typeof(RecordPage))]
[JsonSerializable(typeof(CreatedBackup))]
[JsonSerializable(typeof(BackupPage))]
[JsonSerializable(typeof(IReadOnlyList<BackupSet>))]
[JsonSerializable(typeof(VerifiedBackup))]
[JsonSerializable(typeof(Data.Overviews.Overview))]
[JsonSerializable(typeof(Data.Activities.Activity))]
[JsonSerializable(typeof(Data.Transfer.ExportSummary))]
[JsonSerializable(typeof(Data.Transfer.ImportSummary))]
[JsonSerializable(typeof(Data.Transfer.TransferProgress))]
[JsonSerializable(typeof(Data.Moves.MoveProgress))]
[JsonSerializable(typeof(Data.Moves.MovePlan))]
[JsonSerializable(typeof(Data.Moves.MoveSummary))]
[JsonSerializable(typeof(Data.Moves.CancelledMove))]
[JsonSerializable(typeof(RestoredBackup))]
[JsonSerializable(typeof(IReadOnlyList<SchemaState>))]
[JsonSerializable(typeof(MigrationRun))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(IReadOnlyList<Token>))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(ArchivedAudit))]
[JsonSerializable(typeof(ToolError))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    /// <summary>The options that all tools share; a context of its own, because only options can say which encoder to use.</summary>
    public static JsonSerializerOptions Serializer { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = new PlainJsonEncoder(),
        Converters = { new TimeConverter() },
        TypeInfoResolver = new ToolJson(),
    };

    private static readonly JavaScriptEncoder Plain = new PlainJsonEncoder(hidden: false);

    /// <summary>An answer as clients get it: one JSON object in which everything that somebody wrote can be seen (<see cref="VisibleText"/>).</summary>
    public static string Visible(object answer) => Visible(JsonSerializer.Serialize(answer, Serializer.GetTypeInfo(answer.GetType())));

    // What cannot be seen is an escape of JSON here, and nearly no text has one.
    private static string Visible(string json)
    {
        if (!HasEscape(json))
            return json;
        StringBuilder visible = new(json.Length + 64);
        int at = 0;
        for (int begin; (begin = json.IndexOf('"', at)) >= 0;)
        {
            int end = begin + 1;
            while (json[end] != '"')
                end += json[end] == '\\' ? 2 : 1;
            ReadOnlySpan<char> text = json.AsSpan(begin, end + 1 - begin);
            visible.Append(json, at, begin - at);
            if (HasEscape(text))
                visible.Append('"').Append(JsonEncodedText.Encode(VisibleText.Of(System.Text.Json.JsonElement.Parse(text).GetString()!), Plain)).Append('"');
            else
                visible.Append(text);
            at = end + 1;
        }
        return visible.Append(json, at, json.Length - at).ToString();
    }

    private static bool HasEscape(ReadOnlySpan<char> json) => json.Contains("\\u", StringComparison.Ordinal) || json.Contains("\\r", StringComparison.Ordinal);
}
