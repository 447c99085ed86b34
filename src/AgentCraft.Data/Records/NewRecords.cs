using System.Text.Json;

namespace AgentCraft.Data.Records;

/// <summary>Records of an agent on their way into one of its type's tables.</summary>
public sealed record NewRecords
{
    private const int MostRecords = 100;

    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>The table.</summary>
    public required string Table { get; init; }
    /// <summary>Objects of column to value; one with an <c>id</c> changes the record of that id.</summary>
    public required IReadOnlyList<JsonElement> Records { get; init; }
    /// <summary>The session's id for new ones; null for the agent's current one.</summary>
    public string? Session { get; init; }

    /// <summary>Checks everything that can be checked without the schema.</summary>
    public NewRecords Validated()
    {
        if (Records.Count is 0 or > MostRecords)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"records must have 1 to {MostRecords} items, not {Records.Count}.", "Save them in several calls.");
        for (int i = 0; i < Records.Count; i++)
            if (Records[i].ValueKind != JsonValueKind.Object)
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"records[{i}] must be an object of column to value.", "describe_records shows the columns.");
        return this;
    }
}

/// <summary>What was saved.</summary>
public sealed record SavedRecords
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>Where.</summary>
    public required string Table { get; init; }
    /// <summary>The ids, in the order of the records.</summary>
    public required IReadOnlyList<string> Ids { get; init; }
    /// <summary>How many are new.</summary>
    public int Inserted { get; init; }
    /// <summary>How many were changed.</summary>
    public int Updated { get; init; }
    /// <summary>True when an earlier call with the same idempotency key saved them and this one saved nothing.</summary>
    public bool Replayed { get; init; }
}
