namespace AgentCraft.Data;

/// <summary>
/// What went wrong, in words for the caller: the only exception that the data floor throws on purpose. Anything else is a bug.
/// </summary>
/// <param name="code">One of <see cref="ErrorCodes"/>; stable, for programs.</param>
/// <param name="message">One sentence that says what is wrong.</param>
/// <param name="hint">The next step to take, best a call to make; null when the message says it.</param>
/// <param name="retryable">True when the same call may succeed later without a change.</param>
/// <param name="inner">The cause, for the log only.</param>
public class AgentCraftException(string code, string message, string? hint = null, bool retryable = false, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; } = code;

    /// <summary>The next step to take; null when the message says it.</summary>
    public string? Hint { get; } = hint;

    /// <summary>True when the same call may succeed later without a change.</summary>
    public bool Retryable { get; } = retryable;
}
