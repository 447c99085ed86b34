namespace AgentCraft.Server.Resources;

/// <summary>A URI such as <c>agentcraft://agents/reviewer/inbox</c>, as its parts; and a template of such URIs, with names in braces.</summary>
internal sealed record ResourceAddress
{
    private const string Scheme = "agentcraft://";
    private const int LongestUri = 2000;

    private ResourceAddress(string[] parts) => Parts = parts;

    /// <summary>What lies between the slashes, decoded.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Reads a URI; null when it is none of ours.</summary>
    public static ResourceAddress? Parse(string? uri)
    {
        if (uri is null || uri.Length > LongestUri || !uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        string[] parts = [.. uri[Scheme.Length..].Split('/').Select(Uri.UnescapeDataString)];
        // PostgreSQL refuses a NUL even in a question.
        return parts.Any(part => part.Length == 0 || part.Contains('\0')) ? null : new(parts);
    }

    /// <summary>What stands in the places of the template's names; null when it does not fit.</summary>
    public IReadOnlyDictionary<string, string>? Match(ResourceAddress template)
    {
        if (Parts.Count != template.Parts.Count)
            return null;
        Dictionary<string, string> values = [];
        foreach ((string part, string expected) in Parts.Zip(template.Parts))
            if (expected is ['{', .. var name, '}'])
                values[name] = part;
            else if (part != expected)
                return null;
        return values;
    }
}
