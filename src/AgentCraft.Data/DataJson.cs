using System.Text.Json;
using System.Text.Json.Serialization;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Documents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.History;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Processes;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Records;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Tasks;
using AgentCraft.Data.Toolbox;

namespace AgentCraft.Data;

/// <summary>How the store writes JSON: kept results of idempotency keys, and columns that hold JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(AuditRow))]
[JsonSerializable(typeof(PostedMessages))]
[JsonSerializable(typeof(ReportedEvent))]
[JsonSerializable(typeof(LoggedEvent))]
[JsonSerializable(typeof(NewMetrics))]
[JsonSerializable(typeof(RecordedMetrics))]
[JsonSerializable(typeof(NewUsage))]
[JsonSerializable(typeof(AddedUsage))]
[JsonSerializable(typeof(NewProject))]
[JsonSerializable(typeof(CreatedProject))]
[JsonSerializable(typeof(ProjectChange))]
[JsonSerializable(typeof(ChangedProject))]
[JsonSerializable(typeof(DeletedProject))]
[JsonSerializable(typeof(NewTask))]
[JsonSerializable(typeof(CreatedTask))]
[JsonSerializable(typeof(NewSubtasks))]
[JsonSerializable(typeof(AddedSubtasks))]
[JsonSerializable(typeof(TaskWish))]
[JsonSerializable(typeof(ClaimedTask))]
[JsonSerializable(typeof(ProcessStep[]))]
[JsonSerializable(typeof(NewProcess))]
[JsonSerializable(typeof(DefinedProcess))]
[JsonSerializable(typeof(ProcessRun))]
[JsonSerializable(typeof(EstablishedProcess))]
[JsonSerializable(typeof(NewTool))]
[JsonSerializable(typeof(DefinedTool))]
[JsonSerializable(typeof(NewGrant))]
[JsonSerializable(typeof(GrantedTool))]
[JsonSerializable(typeof(NewClaims))]
[JsonSerializable(typeof(ClaimedPaths))]
[JsonSerializable(typeof(NewInstance))]
[JsonSerializable(typeof(CreatedInstance))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(NewDocument))]
[JsonSerializable(typeof(SavedDocument))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, long>))]
[JsonSerializable(typeof(IReadOnlyList<System.Text.Json.JsonElement>))]
[JsonSerializable(typeof(NewHistory))]
[JsonSerializable(typeof(AppendedHistory))]
[JsonSerializable(typeof(BackupWish))]
[JsonSerializable(typeof(CreatedBackup))]
[JsonSerializable(typeof(OutputWish))]
[JsonSerializable(typeof(RecordedOutput))]
[JsonSerializable(typeof(ServerLoad))]
[JsonSerializable(typeof(NewRecords))]
[JsonSerializable(typeof(SavedRecords))]
[JsonSerializable(typeof(NewAnalysis))]
[JsonSerializable(typeof(StoredAnalysis))]
[JsonSerializable(typeof(NewHandover))]
[JsonSerializable(typeof(CreatedHandover))]
[JsonSerializable(typeof(HandoverChange))]
[JsonSerializable(typeof(HandoverCheck))]
[JsonSerializable(typeof(ValidatedHandover))]
[JsonSerializable(typeof(AnalysisWish))]
[JsonSerializable(typeof(SessionAnalysis))]
[JsonSerializable(typeof(RecommendationWish))]
[JsonSerializable(typeof(Recommendations))]
[JsonSerializable(typeof(GitAnalysis))]
[JsonSerializable(typeof(FileAnalysis))]
[JsonSerializable(typeof(TodoAnalysis))]
[JsonSerializable(typeof(Recommendation))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, HandoverFact>))]
internal sealed partial class DataJson : JsonSerializerContext;
