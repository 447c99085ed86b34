using System.Text.Json;

namespace AgentCraft.Data.Messages;

/// <summary>A message on its way into the store.</summary>
public sealed record NewMessage
{
    private const int MostRecipients = 200;

    /// <summary>The sender's name or id.</summary>
    public required string From { get; init; }
    /// <summary>Names or ids; <c>*</c> stands for every live agent of the session but the sender.</summary>
    public required IReadOnlyList<string> To { get; init; }
    /// <summary>What it says.</summary>
    public required string Content { get; init; }
    /// <summary>Null: a response when it answers a message, else a notification.</summary>
    public MessageType? Type { get; init; }
    /// <summary>The session's id; null for the sender's current one.</summary>
    public string? Session { get; init; }
    /// <summary>The id of the message that it answers.</summary>
    public string? ResponseTo { get; init; }
    /// <summary>Data that goes with it.</summary>
    public JsonElement? Context { get; init; }
    /// <summary>How much it matters.</summary>
    public Importance Importance { get; init; } = Importance.Normal;

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <param name="maxContentBytes">The largest content, in UTF-8.</param>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>secret_refused</c></exception>
    public NewMessage Validated(int maxContentBytes)
    {
        Text.Within(Content, "content", maxContentBytes, "Write the rest to a file and send its path, or send it in several messages.");
        if (string.IsNullOrWhiteSpace(Content))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "content is empty.", "Say what the recipient should know or do.");
        if (To.Count is 0 or > MostRecipients)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"to must name 1 to {MostRecipients} agents, not {To.Count}.",
                "Name a recipient, a list of them, or '*' for every live agent of the session; list_agents shows who is there.");
        FreeForm.Check(Context, "context");
        return this;
    }
}

/// <summary>What was stored for one recipient.</summary>
public sealed record PostedMessage
{
    /// <summary>The message's id.</summary>
    public required string Id { get; init; }
    /// <summary>Its number.</summary>
    public long Seq { get; init; }
    /// <summary>The recipient's name.</summary>
    public required string To { get; init; }
    /// <summary>The conversation that it belongs to; the same for all recipients.</summary>
    public required string ThreadId { get; init; }
}

/// <summary>What was stored: one message a recipient.</summary>
public sealed record PostedMessages
{
    /// <summary>One a recipient.</summary>
    public required IReadOnlyList<PostedMessage> Messages { get; init; }
    /// <summary>True when an earlier call with the same idempotency key stored them and this one stored nothing.</summary>
    public bool Replayed { get; init; }
}
