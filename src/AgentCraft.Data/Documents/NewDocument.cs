using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.Documents;

/// <summary>A document on its way into the store: a new one, or a new version of one.</summary>
public sealed partial record NewDocument
{
    private const int LargestContent = 1024 * 1024;
    private const int LongestTitle = 500;
    private const int LongestCategory = 100;

    /// <summary>Who writes it.</summary>
    public required string Agent { get; init; }
    /// <summary>Letters, digits, '.', '_' and '-', at most 128; unique whatever its case.</summary>
    public required string Name { get; init; }
    /// <summary>Its text.</summary>
    public required string Content { get; init; }
    /// <summary>Null: as before, or the name of a new document.</summary>
    public string? Title { get; init; }
    /// <summary>Null: as before, or <c>general</c>.</summary>
    public string? Category { get; init; }
    /// <summary>Null: as before, or Markdown.</summary>
    public DocumentFormat? Format { get; init; }
    /// <summary>The version that was read before; null to save whatever there is, 0 when there must be none.</summary>
    public int? ExpectedVersion { get; init; }

    /// <summary>Checks everything that can be checked without the store, and brings the category into its one spelling.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>payload_too_large</c>, <c>invalid_text</c>, <c>invalid_argument</c></exception>
    public NewDocument Validated()
    {
        CheckName(Name);
        Text.Within(Content, "content", LargestContent, "Split it into several documents, or keep the rest in a file and name its path.");
        Text.Within(Title, "title", LongestTitle, "Put the details into the content.");
        Text.Within(Category, "category", LongestCategory, "Use a word such as \"guides\".");
        if (string.IsNullOrWhiteSpace(Content))
            throw Invalid("content is empty.", "Write what the readers should know; earlier versions stay readable.");
        if (Title is not null && string.IsNullOrWhiteSpace(Title))
            throw Invalid("title is empty.", "Leave it out to keep it.");
        if (Category is not null && string.IsNullOrWhiteSpace(Category))
            throw Invalid("category is empty.", "Leave it out to keep it.");
        if (ExpectedVersion < 0)
            throw Invalid("expectedVersion cannot be negative.", "Pass the version that you read, or 0 for a document that must not exist yet.");
        return this with { Category = Category?.Trim().ToLowerInvariant() };
    }

    /// <summary>JSON must be JSON.</summary>
    internal static void CheckContent(DocumentFormat format, string content)
    {
        try
        {
            if (format == DocumentFormat.Json)
                JsonElement.Parse(content);
        }
        catch (JsonException fault)
        {
            throw Invalid($"content is no valid JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).", "Correct it, or save it with another format.");
        }
    }

    private static void CheckName(string name)
    {
        if (!ValidName().IsMatch(name))
            throw new AgentCraftException(ErrorCodes.InvalidName, $"'{Text.Shown(name)}' cannot name a document.",
                "Use 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit and not with doc_, such as \"testing-guide\".");
    }

    private static AgentCraftException Invalid(string message, string hint) => new(ErrorCodes.InvalidArgument, message, hint);

    [GeneratedRegex(@"^(?!(?i:doc_))[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}

/// <summary>What saving did.</summary>
public sealed record SavedDocument
{
    /// <summary>The document's id.</summary>
    public required string Id { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>The newest version now: pass it as expectedVersion next time.</summary>
    public long Version { get; init; }
    /// <summary>It is a new document.</summary>
    public bool Created { get; init; }
    /// <summary>A version was stored; false when the newest one is just like this.</summary>
    public bool Changed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key stored it and this one stored nothing.</summary>
    public bool Replayed { get; init; }
}
