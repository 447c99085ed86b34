using System.Globalization;
using System.Text.Json;

namespace AgentCraft.Testing;

/// <summary>What <c>tools/call</c> returned.</summary>
/// <param name="Tool">The tool that was called.</param>
/// <param name="Result">The whole result, as the server sent it.</param>
public sealed record ToolAnswer(string Tool, JsonElement Result)
{
    /// <summary>True when the tool says that it failed.</summary>
    public bool IsError => Result.TryGetProperty("isError", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;

    /// <summary>The structured content, where there is some.</summary>
    public JsonElement? Structured => Result.TryGetProperty("structuredContent", out JsonElement content) ? content : null;

    /// <summary>The text blocks, one below the other.</summary>
    public string Text => string.Join('\n', Result.GetProperty("content").EnumerateArray()
        .Where(block => block.GetProperty("type").ValueEquals("text"))
        .Select(block => block.GetProperty("text").GetString()));

    /// <summary>When the answer's line was read, as <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/> counts.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>The error's <c>code</c>; null when the tool succeeded.</summary>
    public string? ErrorCode => Error("code")?.GetString();

    /// <summary>The error's <c>message</c>; null when the tool succeeded.</summary>
    public string? ErrorMessage => Error("message")?.GetString();

    /// <summary>The error's <c>hint</c>; null when the tool succeeded or gave none.</summary>
    public string? Hint => Error("hint")?.GetString();

    /// <summary>Whether the error says that the same call may succeed later.</summary>
    public bool IsRetryable => Error("retryable")?.GetBoolean() ?? false;

    /// <summary>This answer, when it is a success.</summary>
    /// <exception cref="UnexpectedAnswerException">The tool failed.</exception>
    public ToolAnswer Succeeded() => IsError ? throw Unexpected("was to succeed") : this;

    /// <summary>The part of the structured content at a path such as <c>messages.0.id</c>; empty for all of it.</summary>
    /// <exception cref="UnexpectedAnswerException">The tool failed, or there is nothing at that path.</exception>
    public JsonElement At(string path)
    {
        JsonElement part = Succeeded().Structured ?? throw Unexpected("was to have structured content");
        foreach (string step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            part = Child(part, step) ?? throw Unexpected($"has no '{path}'");
        return part;
    }

    /// <summary>The part at a path, as a value of this type: text, a number, a record with camelCase names.</summary>
    public T Get<T>(string path = "") => At(path).Deserialize<T>(Outbound.Options) ?? throw Unexpected($"has null at '{path}'");

    /// <summary>The text at a path.</summary>
    public string GetText(string path) => Get<string>(path);

    /// <summary>The whole number at a path.</summary>
    public long GetNumber(string path) => Get<long>(path);

    private static JsonElement? Child(JsonElement parent, string step) => parent.ValueKind switch
    {
        JsonValueKind.Object when parent.TryGetProperty(step, out JsonElement child) => child,
        JsonValueKind.Array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index < parent.GetArrayLength() => parent[index],
        _ => null,
    };

    private JsonElement? Error(string field)
    {
        if (!IsError)
            return null;
        try
        {
            JsonElement error = JsonElement.Parse(Text);
            return Child(error, field) is { ValueKind: not JsonValueKind.Null } value ? value : null;
        }
        catch (JsonException)
        {
            throw Unexpected("was to have {code, message, hint, retryable} as its error text");
        }
    }

    private UnexpectedAnswerException Unexpected(string what) => new($"The answer of {Tool} {what}: {Result.GetRawText()}");
}
