using AgentCraft.Data;
using AgentCraft.Data.Claims;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Who works on which paths.</summary>
internal sealed partial class ClaimTools(Stores stores)
{
    /// <summary>Announces which paths you work on, all or none, until the lease or your session ends. An exclusive claim is refused, naming the
    /// holder, if it overlaps another's.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="patterns">Case-sensitive globs below the root: src/**, *.{ts,js}, [a-z]?.md; \ escapes</param>
    /// <param name="exclusive">Default true</param>
    /// <param name="reason">What you do there</param>
    /// <param name="leaseSeconds">Default 1800</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "claim_paths", Title = "Claim paths", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Claims)]
    public partial Task<ClaimedPaths> ClaimPaths(
        ToolCall call, string[] patterns, string? agent = null, bool? exclusive = null, string? reason = null, int? leaseSeconds = null,
        string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Claims.Claim(new()
        {
            Agent = call.Me(agent),
            Patterns = patterns,
            Exclusive = exclusive ?? true,
            Reason = reason,
            LeaseSeconds = leaseSeconds ?? NewClaims.DefaultLease,
        }, idempotencyKey, cancellationToken);

    /// <summary>Releases paths that you claimed.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="patterns">Or claim ids; default: all yours</param>
    [McpServerTool(Name = "release_paths", Title = "Release paths", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Claims)]
    public partial Task<ReleasedPaths> ReleasePaths(
        ToolCall call, string? agent = null, string[]? patterns = null, CancellationToken cancellationToken = default) =>
        stores.Claims.Release(call.Me(agent), patterns, cancellationToken);

    /// <summary>Lists live claims: who works on which paths, until when.</summary>
    /// <param name="holder">This agent's</param>
    /// <param name="overlapping">With this path or glob</param>
    /// <param name="exclusive">true: exclusive; false: shared</param>
    /// <param name="project">Of this project</param>
    /// <param name="includeEnded">Also released and ended</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Made before</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_claims", Title = "List claims", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Claims)]
    public partial Task<ClaimPage> ListClaims(
        string? holder = null, string? overlapping = null, bool? exclusive = null, string? project = null, bool? includeEnded = null,
        string? since = null, string? until = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Claims.List(new()
        {
            Holder = holder,
            Overlapping = overlapping,
            Exclusive = exclusive,
            Project = project,
            IncludeEnded = includeEnded ?? false,
            Created = TimeRange.Parse(since, until),
            Limit = Paging.Limit(limit),
            Cursor = cursor,
        }, cancellationToken);
}
