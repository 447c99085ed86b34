using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Paths;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// All that the schema does not say by itself. A table or column that is not named here travels as its schema has it, so that a new one
/// cannot be forgotten.
/// </summary>
internal static class TransferRules
{
    /// <summary>The column that says whose a row of an agent's file is.</summary>
    public const string Owner = "agent_id";

    public const string Agents = "agents", Projects = "projects", Messages = "messages", Metrics = "agent_metrics", History = "agent_history";
    public const string Documents = "documents", DocumentVersions = "document_versions", Keys = "idempotency_keys", Handovers = "handover_documents";

    /// <summary>Counted or made from other rows: import does that again. Or of one store, and of no use to another.</summary>
    private static readonly HashSet<string> LeftOut =
    [
        "store_info", "inbox_counts", "metric_series", "history_totals", "history_usage",
        // Found again from the directories, which are the truth.
        "instances",
        // Who may use this server, and who did.
        "tokens", "audit_log", "audit_head",
    ];

    private static readonly HashSet<string> DerivedColumns = ["messages.conversation", "documents.version_seq"];

    /// <summary>Columns that are read as JSON although their schema does not show it, or as more than it shows.</summary>
    private static readonly Dictionary<string, JsonShape> JsonColumns = new(StringComparer.Ordinal)
    {
        ["messages.context"] = JsonShape.Any,
        ["agent_history.tool_calls"] = JsonShape.List,
        ["agent_history.tool_results"] = JsonShape.List,
        ["agent_history.usage"] = JsonShape.Object,
        ["processes.steps"] = JsonShape.List,
        ["processes.triggers"] = JsonShape.Texts,
        ["processes.required_inputs"] = JsonShape.Texts,
        ["agents.capabilities"] = JsonShape.Texts,
    };

    /// <summary>Changed by merely being there, or named otherwise in each store.</summary>
    private static readonly HashSet<string> Volatile = ["agents.last_heartbeat_at", "handover_documents.message_seq"];

    /// <summary>Kept while it is of use to this store, so that this store's own wins without a word.</summary>
    private static readonly HashSet<string> Caches = ["user_templates", "user_rules", Keys];

    /// <summary>The whole table stays at home.</summary>
    public static bool IsLeftOut(string table) => LeftOut.Contains(table) || table.StartsWith("search_", StringComparison.Ordinal) || table.StartsWith("monitor_", StringComparison.Ordinal) || table.StartsWith('_');

    /// <summary>Import makes it from the others.</summary>
    public static bool IsDerived(string table, string column) => DerivedColumns.Contains($"{table}.{column}");

    /// <summary>Rows of this table that are there already win.</summary>
    public static bool IsCache(string table) => Caches.Contains(table);

    /// <summary>Two rows that differ in it are the same.</summary>
    public static bool IsVolatile(string table, string column) => Volatile.Contains($"{table}.{column}");

    /// <summary>A number of a row of another table that no foreign key could say, because that lies in another file.</summary>
    public static string? TargetOf(string table, string column) => (table, column) is (Handovers, "message_seq") ? Messages : null;

    /// <summary>What the column's text must be as JSON, where the schema alone does not say it.</summary>
    public static JsonShape? JsonOf(string table, string column) => JsonColumns.TryGetValue($"{table}.{column}", out JsonShape shape) ? shape : null;

    /// <summary>Text that is read as a time although its name does not end in <c>_at</c>.</summary>
    public static bool IsTime(string column) => column == "lease_until";

    /// <summary>What a row may not be, although its types are right: import must let in nothing that the tools would not have stored.</summary>
    /// <exception cref="AgentCraftException">Why not.</exception>
    public static void Check(string table, Func<string, string?> text)
    {
        switch (table)
        {
            case Agents when !AgentName.IsLikeId(text("id") ?? ""):
                throw new AgentCraftException(ErrorCodes.InvalidArgument, "the id of an agent begins with 'agent_'");
            case Agents:
                // It becomes the name of a directory.
                AgentName.Parse(text("name") ?? "");
                break;
            case "claims":
                PathPattern.Parse(text("pattern") ?? "");
                break;
            case "output_paths":
                ProjectPath.Parse(text("path") ?? "");
                break;
        }
        CheckLowerCase(text, "name", "name_key");
        CheckLowerCase(text, "capability", "capability_key");
    }

    /// <summary>The text is such JSON.</summary>
    public static bool IsJson(string text, JsonShape shape)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return shape switch
            {
                JsonShape.Object => document.RootElement.ValueKind == JsonValueKind.Object,
                JsonShape.List => document.RootElement.ValueKind == JsonValueKind.Array,
                JsonShape.Texts => document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String),
                _ => true,
            };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void CheckLowerCase(Func<string, string?> text, string column, string key)
    {
        if (text(key) is { } lower && text(column) is { } given && lower != given.ToLowerInvariant())
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{key} is not {column} in lower case");
    }
}
