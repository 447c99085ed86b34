using System.Text.RegularExpressions;

namespace AgentCraft.Data.Claims;

/// <summary>
/// A glob on paths below the root, always with <c>/</c> and always in their own case, on every system: <c>*</c> and <c>?</c> stay within one
/// name, <c>**</c> between slashes spans any number of directories, <c>[a-z]</c> and <c>[!a]</c> are one character, <c>{a,b}</c> is either,
/// <c>\</c> takes the meaning from what follows, and a slash at the end means everything below. It cannot lead out of the root.
/// </summary>
public sealed partial record PathPattern
{
    /// <summary>What one comparison of everything may cost; about half a second.</summary>
    internal const int Budget = 10_000_000;

    private const int Longest = 300;
    private const int MostStates = 600;
    private static readonly Lazy<PathPattern> Everything = new(() => new("**", new(GlobParser.Parse("**"))));

    private readonly GlobAutomaton _automaton;

    private PathPattern(string value, GlobAutomaton automaton) => (Value, _automaton) = (value, automaton);

    /// <summary>The pattern, without what says nothing, such as <c>./</c> before it.</summary>
    public string Value { get; }

    /// <summary>Reads a client's pattern.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_pattern</c> for what cannot be read, is absolute, leads out of the root or matches
    /// nothing; <c>pattern_too_complex</c>; <c>invalid_text</c></exception>
    public static PathPattern Parse(string text)
    {
        Text.Storable(text, "A pattern");
        if (text.Length > Longest)
            throw new AgentCraftException(ErrorCodes.PatternTooComplex, $"A pattern has at most {Longest} characters, not {text.Length:N0}.",
                "Claim a directory such as src/**, or several shorter patterns.");
        if (string.IsNullOrWhiteSpace(text) || text.Any(char.IsControl))
            throw Invalid(text, "is blank or has control characters", "Name paths below the root, such as src/** or README.md.");
        if (text[0] == '/' || text.StartsWith("~/", StringComparison.Ordinal) || Drive().IsMatch(text))
            throw Absolute(text);
        string plain = Plain(text);
        IReadOnlyList<GlobNode> nodes = GlobParser.Parse(plain);
        if (GlobParser.MayBeginWithSlash(nodes))
            throw Absolute(text);
        if (text[0] == '!')
            throw Invalid(text, "begins with '!', and patterns that exclude are not known", "Claim what you need; write \\! for the character itself.");
        return new PathPattern(plain, new(nodes)).Checked(text);
    }

    /// <summary>Some path matches both.</summary>
    public bool Overlaps(PathPattern other)
    {
        int budget = Budget;
        return Overlaps(other, ref budget);
    }

    /// <inheritdoc/>
    public bool Equals(PathPattern? other) => other?.Value == Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;

    internal bool Overlaps(PathPattern other, ref int budget) => GlobOverlap.Exists(_automaton, other._automaton, ref budget);

    private PathPattern Checked(string text)
    {
        if (_automaton.Count > MostStates)
            throw new AgentCraftException(ErrorCodes.PatternTooComplex, $"The pattern '{Text.Shown(text)}' is too complex.",
                "Use fewer * and {…}, or claim several patterns.");
        if (_automaton.NamesParent())
            throw Invalid(text, "leads out of the root by '..'", "Name paths below the root, without '..'.");
        if (!Overlaps(Everything.Value))
            throw Invalid(text, "matches no path", "Name paths below the root, such as src/** or README.md.");
        return this;
    }

    private static string Plain(string text)
    {
        string plain = Slashes().Replace(text, "/");
        while (plain.StartsWith("./", StringComparison.Ordinal))
            plain = plain[2..];
        return plain is "" or "." ? "**" : plain;
    }

    // Slashes that follow each other, with nothing or single dots between them, are one.
    [GeneratedRegex(@"/(\.?/)+")]
    private static partial Regex Slashes();

    [GeneratedRegex("^[A-Za-z]:")]
    private static partial Regex Drive();

    private static AgentCraftException Absolute(string text) =>
        Invalid(text, "is absolute", "Name paths below the root, such as src/**; agents on other machines have the root elsewhere.");

    private static AgentCraftException Invalid(string text, string fault, string hint) =>
        new(ErrorCodes.InvalidPattern, $"The pattern '{Text.Shown(text)}' {fault}.", hint);
}
