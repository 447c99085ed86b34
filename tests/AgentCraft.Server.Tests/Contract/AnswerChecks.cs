using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>What holds for every answer of every tool.</summary>
public static class AnswerChecks
{
    private static readonly string[] ErrorMembers = ["code", "message", "hint", "retryable", "unreadHint"];

    /// <summary>Fits its schema, and the text is the same object.</summary>
    public static void Success(ToolAnswer answer, JsonElement outputSchema)
    {
        JsonElement structured = answer.Structured ?? throw new UnexpectedAnswerException($"No structured content: {answer.Result.GetRawText()}");
        Assert.Null(JsonSchema.Fault(outputSchema, structured));
        Assert.True(JsonElement.DeepEquals(structured, JsonElement.Parse(answer.Text)), $"{answer.Tool}: text and structured content differ.");
    }

    /// <summary>Has its members as text only, says what to do, and betrays no internals.</summary>
    public static void Error(ToolAnswer answer)
    {
        Assert.Null(answer.Structured);
        Assert.All(JsonElement.Parse(answer.Text).EnumerateObject(), member => Assert.Contains(member.Name, ErrorMembers));
        Assert.Matches("^[a-z]+(_[a-z]+)*$", answer.ErrorCode);
        Assert.NotEqual("internal_error", answer.ErrorCode);
        Assert.False(string.IsNullOrWhiteSpace(answer.ErrorMessage));
        Assert.False(string.IsNullOrWhiteSpace(answer.Hint), $"No hint: {answer.Text}");
        Decent(answer.ErrorMessage!);
        Decent(answer.Hint!);
    }

    /// <summary>A sentence for a client: bounded, and without what only a programmer of the server understands.</summary>
    public static void Decent(string sentence)
    {
        Assert.DoesNotContain("An error occurred", sentence, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite Error", sentence, StringComparison.Ordinal);
        Assert.InRange(sentence.Length, 1, 1000);
    }
}
