using System.Text.Json.Serialization;

namespace AgentCraft.Data.Search;

/// <summary>The order of what was found.</summary>
[JsonConverter(typeof(SnakeCaseEnum<SearchOrder>))]
public enum SearchOrder
{
    /// <summary>The newest first.</summary>
    Desc,
    /// <summary>The oldest first.</summary>
    Asc,
    /// <summary>The best of the newest 200 first.</summary>
    Rank,
}
