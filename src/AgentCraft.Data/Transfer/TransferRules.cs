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
        // Who may use this server, and who did.
        "tokens", "audit_log",
    ];

    private static readonly HashSet<string> DerivedColumns = ["messages.conversation", "documents.version_seq"];

    private static readonly HashSet<string> JsonColumns =
        ["messages.context", "agent_history.tool_calls", "agent_history.tool_results", "agent_history.usage", "processes.steps"];

    /// <summary>Changed by merely being there, or named otherwise in each store.</summary>
    private static readonly HashSet<string> Volatile = ["agents.last_heartbeat_at", "handover_documents.message_seq"];

    /// <summary>Kept while it is of use to this store, so that this store's own wins without a word.</summary>
    private static readonly HashSet<string> Caches = ["user_templates", "user_rules", Keys];

    /// <summary>The whole table stays at home.</summary>
    public static bool IsLeftOut(string table) => LeftOut.Contains(table) || table.StartsWith("search_", StringComparison.Ordinal) || table.StartsWith('_');

    /// <summary>Import makes it from the others.</summary>
    public static bool IsDerived(string table, string column) => DerivedColumns.Contains($"{table}.{column}");

    /// <summary>Rows of this table that are there already win.</summary>
    public static bool IsCache(string table) => Caches.Contains(table);

    /// <summary>Two rows that differ in it are the same.</summary>
    public static bool IsVolatile(string table, string column) => Volatile.Contains($"{table}.{column}");

    /// <summary>A number of a row of another table that no foreign key could say, because that lies in another file.</summary>
    public static string? TargetOf(string table, string column) => (table, column) is (Handovers, "message_seq") ? Messages : null;

    /// <summary>Text that is read as JSON although its column does not show it.</summary>
    public static bool IsJson(string table, string column) => JsonColumns.Contains($"{table}.{column}");

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

    /// <summary>What a column of JSON may not be.</summary>
    public static bool IsReadableJson(string text)
    {
        try
        {
            using JsonDocument _ = JsonDocument.Parse(text);
            return true;
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
