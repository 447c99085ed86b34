using System.Text;

namespace AgentCraft.Data.Agents;

/// <summary>
/// A name that an agent may have: 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>, beginning with a letter or digit, no device name, not beginning
/// <c>agent_</c> (ids do). It is also the name of the agent's directory, so it can never be a path.
/// </summary>
public readonly record struct AgentName
{
    private const int Longest = 64;
    private const string IdPrefix = "agent_";

    private static readonly HashSet<string> DeviceNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    };

    private AgentName(string value) => Value = value;

    /// <summary>As it was given.</summary>
    public string Value { get; }

    /// <summary>In lower case: names are unique whatever their case.</summary>
    public string Key => Value.ToLowerInvariant();

    /// <summary>Checks a client's name.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c></exception>
    public static AgentName Parse(string name) => Fault(name) is not { } fault ? new AgentName(name)
        : throw new AgentCraftException(ErrorCodes.InvalidName, $"An agent's name {fault}.",
            "Use 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit, for example 'code-reviewer'.");

    /// <summary>True for what <see cref="Parse"/> takes.</summary>
    internal static bool IsValid(string name) => Fault(name) is null;

    /// <summary>Ids begin so, and names cannot.</summary>
    internal static bool IsLikeId(string text) => text.StartsWith(IdPrefix, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Fault(string name)
    {
        if (name.Length is 0 or > Longest)
            return $"must have 1 to {Longest} characters, not {name.Length}";
        if (!char.IsAsciiLetterOrDigit(name[0]))
            return "must begin with a letter or digit";
        foreach (Rune odd in name.EnumerateRunes())
            if (!odd.IsAscii || (!char.IsAsciiLetterOrDigit((char)odd.Value) && odd.Value is not ('.' or '_' or '-')))
                return $"cannot contain the character U+{odd.Value:X4}";
        if (name.EndsWith('.'))
            return "cannot end with a dot";
        if (IsLikeId(name))
            return "cannot begin with 'agent_', as ids do";
        if (SecretText.IsLikeToken(name))
            return "cannot be a token";
        return DeviceNames.Contains(name.Split('.')[0]) ? "cannot be a device name" : null;
    }
}
