namespace AgentCraft.Data.Audit;

/// <summary>Something that somebody did, or was kept from doing.</summary>
/// <param name="Action">A tool, or what was done otherwise: <c>token_created</c>, <c>http_request</c>.</param>
public sealed record AuditEntry(string Action)
{
    /// <summary>Where it came from when a person did it at the command line.</summary>
    public const string CommandLine = "cli";

    /// <summary>The account that this process runs under: all that is known of whoever starts it.</summary>
    public static string Account { get; } = $"os:{Environment.UserName}";

    /// <summary>How it was known who called: a token's id, an issuer's subject, <c>os:</c> and the account. Null when it was not.</summary>
    public string? Principal { get; init; }
    /// <summary>The name of the agent that it stands for, or that the caller said it is.</summary>
    public string? Agent { get; init; }
    /// <summary>What it was done to.</summary>
    public string? Target { get; init; }
    /// <summary>It was not done.</summary>
    public bool IsRefused { get; init; }
    /// <summary>The address that it came from, or the transport: <c>stdio</c>, <c>cli</c>.</summary>
    public string? Remote { get; init; }
    /// <summary>More, for a person. Never a secret.</summary>
    public string? Detail { get; init; }

    /// <summary>A deed of whoever sits at the command line.</summary>
    public static AuditEntry ByPerson(string action) => new(action) { Principal = Account, Remote = CommandLine };
}
