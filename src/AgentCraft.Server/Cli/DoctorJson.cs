using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Storage;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary>What the doctor found, for programs. Fields may be added; none changes its meaning.</summary>
internal static class DoctorJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = new PlainJsonEncoder() };

    public static string Of(DoctorReport report, Settings settings, InstanceReport instances, FixReport? reindexed)
    {
        JsonObject json = Node(report, Doctoring.Default.DoctorReport);
        json["sqlite"] = Sqlite(settings);
        json["candidates"] = new JsonArray([.. SqliteLibrary.Candidates().Select(c => new JsonObject
        {
            ["source"] = c.Source, ["path"] = c.Path, ["version"] = c.Version.ToString(), ["usable"] = c.HasFullTextSearch && c.HasJson,
        })]);
        json["instances"] = DoctorInstances.ToJson(instances);
        if (reindexed is not null)
            json["fixed"] = Fixed(reindexed);
        return json.ToJsonString(Indented) + "\n";
    }

    public static string Of(FixReport report)
    {
        JsonObject json = Node(report.After, Doctoring.Default.DoctorReport);
        json["fixed"] = Fixed(report);
        return json.ToJsonString(Indented) + "\n";
    }

    public static string Of(UndoReport report) => Node(report, Doctoring.Default.UndoReport).ToJsonString(Indented) + "\n";

    private static JsonObject Fixed(FixReport report)
    {
        JsonObject json = Node(report, Doctoring.Default.FixReport);
        json.Remove("after");
        return json;
    }

    private static JsonObject Sqlite(Settings settings)
    {
        SqliteLibrary used;
        try
        {
            used = SqliteLibrary.Use(settings.Sqlite.Library);
        }
        catch (AgentCraftException unusable)
        {
            return new() { ["setting"] = settings.Sqlite.Library, ["safe"] = false, ["why"] = unusable.Message };
        }
        return new()
        {
            ["setting"] = settings.Sqlite.Library, ["source"] = used.Source, ["path"] = used.Path, ["version"] = used.Version.ToString(),
            ["fullTextSearch"] = used.HasFullTextSearch, ["json"] = used.HasJson, ["synchronous"] = settings.Sqlite.Synchronous.ToString().ToLowerInvariant(),
            ["walResetBug"] = used.HasWalResetBug, ["safe"] = true,
            ["why"] = used.HasWalResetBug ? "this version has the WAL-reset bug; all processes commit, checkpoint and close through one gate (session.db.gate), and the bug needs a checkpoint to race a commit."
                : "this version does not have the WAL-reset bug.",
        };
    }

    private static JsonObject Node<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!.AsObject();
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(FixReport))]
[JsonSerializable(typeof(UndoReport))]
internal sealed partial class Doctoring : JsonSerializerContext;
