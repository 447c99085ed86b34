namespace AgentCraft.Data.Configuration.Parsing;

/// <summary>What is wrong at one place of a text; ends the reading of that text only.</summary>
internal sealed class ConfigFault(Place place, string message, string code = ErrorCodes.InvalidConfiguration) : Exception(message)
{
    public Place Place { get; } = place;

    public string Code { get; } = code;
}
