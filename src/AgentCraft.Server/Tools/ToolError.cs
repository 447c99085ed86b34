namespace AgentCraft.Server.Tools;

/// <summary>An error as clients see it.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do next.</param>
/// <param name="Retryable">The same call may succeed later without a change.</param>
/// <param name="UnreadHint">Mail that waits for the caller.</param>
internal sealed record ToolError(string Code, string Message, string? Hint, bool Retryable, Data.Messages.UnreadHint? UnreadHint = null);
