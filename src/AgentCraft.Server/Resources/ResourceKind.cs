using AgentCraft.Data;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Resources;

/// <summary>A kind of resource: a template of URIs and how to read one.</summary>
/// <param name="Template">With names in braces; without, it is a single resource.</param>
/// <param name="Name">For a list, snake_case.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">What is in it.</param>
/// <param name="MimeType">Of what is read.</param>
/// <param name="Read">Reads one; null when there is none, or an exception that says why.</param>
internal sealed record ResourceKind(
    string Template, string Name, string Title, string Description, string MimeType,
    Func<Stores, IReadOnlyDictionary<string, string>, CancellationToken, Task<string>> Read)
{
    public const string Json = "application/json";
    public const string Markdown = "text/markdown";

    private readonly ResourceAddress _template = ResourceAddress.Parse(Template)!;

    /// <summary>How to notice that it changed; null for one that cannot be subscribed to.</summary>
    public ResourceChanges? Changes { get; init; }

    /// <summary>It is for the agent alone that its URI names.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Reads one as clients get it: a document, too, with everything in it to be seen.</summary>
    public async Task<string> ReadVisible(Stores stores, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken) =>
        VisibleText.Of(await Read(stores, values, cancellationToken));

    public bool IsSingle => !Template.Contains('{');

    /// <summary>The template's names.</summary>
    public IEnumerable<string> Names => _template.Parts.Where(part => part[0] == '{').Select(part => part[1..^1]);

    public Resource Resource => new() { Uri = Template, Name = Name, Title = Title, Description = Description, MimeType = MimeType };

    public ResourceTemplate ResourceTemplate => new() { UriTemplate = Template, Name = Name, Title = Title, Description = Description, MimeType = MimeType };

    /// <summary>The values of the template's names in this URI; null when it is of another kind.</summary>
    public IReadOnlyDictionary<string, string>? Match(ResourceAddress address) => address.Match(_template);
}

/// <summary>How to notice that a resource changed.</summary>
/// <param name="Signal">The name whose pulse says "look again".</param>
/// <param name="State">A text that differs whenever the resource does.</param>
internal sealed record ResourceChanges(
    Func<Stores, IReadOnlyDictionary<string, string>, CancellationToken, Task<string>> Signal,
    Func<Stores, IReadOnlyDictionary<string, string>, CancellationToken, Task<string>> State);
