using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Configuration;

/// <summary>A file as it was read: its values, or what is wrong with it.</summary>
/// <param name="Entry">Which file.</param>
/// <param name="Root">Its values in today's format; null when it is no YAML or JSON.</param>
/// <param name="Version">Of the format that it is written in; null when it does not say.</param>
/// <param name="Faults">Everything that is wrong inside of it, in its order; a file without may be used.</param>
internal sealed record ConfigDocument(ConfigEntry Entry, ConfigNode? Root, int? Version, IReadOnlyList<ConfigFault> Faults)
{
    private const string Next = "Correct that file; it is read again at the next use. agentcraft config check shows everything that is wrong.";

    public string Name => Entry.Name;

    /// <summary>For a message: what it is and where.</summary>
    public string Shown => $"{Entry.Kind.Name} '{Name}' ({Entry.Path})";

    /// <summary>The values of a file that can be used.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, <c>secret_refused</c></exception>
    public ConfigNode Usable => Faults.Count == 0 ? Root! : throw Error(Faults[0], Faults.Count - 1);

    /// <summary>A fault in words.</summary>
    public string Describe(ConfigFault fault) => $"{Entry.Path}, line {fault.Place.Line}, column {fault.Place.Column}: {fault.Message}";

    /// <summary>The error of a file that cannot be used.</summary>
    public AgentCraftException Error(ConfigFault fault, int more = 0) =>
        new(fault.Code, more == 0 ? Describe(fault) : $"{Describe(fault)} ({more} more.)", Next);
}
