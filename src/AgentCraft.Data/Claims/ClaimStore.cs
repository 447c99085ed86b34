using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tasks;

namespace AgentCraft.Data.Claims;

/// <summary>
/// The table <c>claims</c>: who has announced work on which paths. Of claims in one project that overlap, at most one holder's are exclusive
/// at any time; shared ones stand in nobody's way.
/// </summary>
public sealed class ClaimStore(Databases databases, AgentStore agents, ProjectStore projects, EventStore events, IdempotencyKeys keys)
{
    private const int MostHeld = 200;

    /// <summary>The claims in an agent's project whose lease has not ended, the oldest first.</summary>
    public Task<List<Claim>> ListLive(Agent agent, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => new ClaimSelection(c) { Project = agent.ProjectSeq }.Query(c), cancellationToken);

    /// <summary>Claims all patterns or none; what the agent holds already is renewed.</summary>
    /// <exception cref="AgentCraftException"><c>already_claimed</c> naming holder, reason and expiry; <c>invalid_pattern</c>, <c>pattern_too_complex</c></exception>
    public Task<ClaimedPaths> Claim(NewClaims claims, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        List<PathPattern> patterns = claims.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef agent = TaskQueue.Worker(agents.Identify(c, claims.Agent));
            (ClaimedPaths claimed, bool replayed) = keys.Run(c, agent.Id, idempotencyKey, claims,
                DataJson.Default.NewClaims, DataJson.Default.ClaimedPaths, () => Claim(c, agent, claims, patterns));
            return claimed with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>Releases what is named by pattern or id, or all that the agent holds. What it does not hold changes nothing.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> for the id of another's claim, <c>not_found</c> for one that is none</exception>
    public Task<ReleasedPaths> Release(string agent, IReadOnlyList<string>? patterns, CancellationToken cancellationToken = default) =>
        databases.Central.Write(c => Release(c, agents.Identify(c, agent), patterns), cancellationToken);

    /// <summary>One page of claims.</summary>
    public async Task<ClaimPage> List(ClaimFilter filter, CancellationToken cancellationToken = default)
    {
        PathPattern? overlapping = filter.Overlapping is { } text ? PathPattern.Parse(text) : null;
        if (overlapping is not null && filter.IncludeEnded)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "overlapping finds live claims only.", "Leave out includeEnded, or overlapping.");
        string epoch = await databases.Central.Epoch(cancellationToken);
        long after = filter.Cursor is { } cursor ? Cursor.Parse(cursor, filter.ListName, epoch).Seq : 0;
        return await databases.Central.Read(c => List(c, filter, overlapping, after, epoch), cancellationToken);
    }

    /// <summary>Releases what the agent holds; returns how many claims that were.</summary>
    internal int ReleaseAll(Connection c, long agentSeq) => Free(c, new ClaimSelection(c) { Holder = agentSeq }.Query(c));

    /// <summary>Releases what was claimed in a session, whoever holds it.</summary>
    internal void ReleaseSession(Connection c, long sessionSeq) => Free(c, new ClaimSelection(c) { Session = sessionSeq }.Query(c));

    private ClaimedPaths Claim(Connection c, AgentRef agent, NewClaims claims, List<PathPattern> patterns)
    {
        ClaimSelection selection = new(c) { Project = agent.ProjectSeq };
        selection.Sweep(c);
        ILookup<bool, Claim> live = selection.Query(c).ToLookup(claim => claim.AgentSeq == agent.Seq);
        List<(PathPattern Pattern, Claim Claim)> overlaps = Overlaps(patterns, [.. live[false]]);
        if (claims.Exclusive && overlaps.FirstOrDefault(overlap => overlap.Claim.Exclusive) is { Claim: not null } taken)
            throw Taken(taken.Pattern, taken.Claim);
        Dictionary<string, Claim> mine = live[true].GroupBy(claim => claim.Pattern).ToDictionary(same => same.Key, same => same.First());
        int renewed = patterns.Count(pattern => mine.ContainsKey(pattern.Value));
        if (mine.Count + patterns.Count - renewed > MostHeld)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"'{agent.Name}' would hold more than {MostHeld} claims.",
                "Claim a directory such as src/** instead of its files, or release_paths what you no longer need.");
        long? session = SessionStore.CurrentSeq(c, agent.Seq);
        foreach (PathPattern pattern in patterns)
            if (mine.TryGetValue(pattern.Value, out Claim? held))
                Renew(c, held, claims);
            else
                Insert(c, agent, pattern, claims, session);
        Dictionary<string, Claim> now = new ClaimSelection(c) { Holder = agent.Seq }.Query(c).ToDictionary(claim => claim.Pattern);
        return new()
        {
            Claims = [.. patterns.Select(pattern => now[pattern.Value])],
            Renewed = renewed,
            Overlapping = [.. overlaps.Select(overlap => overlap.Claim).DistinctBy(claim => claim.Seq).Select(OverlappingClaim.Of)],
        };
    }

    private static List<(PathPattern Pattern, Claim Claim)> Overlaps(List<PathPattern> patterns, List<Claim> claims)
    {
        int budget = PathPattern.Budget;
        List<(PathPattern, Claim)> overlaps = [];
        foreach (Claim claim in claims)
        {
            PathPattern other = PathPattern.Parse(claim.Pattern);
            foreach (PathPattern pattern in patterns)
                if (pattern.Overlaps(other, ref budget))
                    overlaps.Add((pattern, claim));
        }
        return overlaps;
    }

    private static AgentCraftException Taken(PathPattern wanted, Claim claim) => new(ErrorCodes.AlreadyClaimed,
        $"'{wanted}' overlaps '{claim.Pattern}', which '{claim.Agent}' has claimed until {Times.ToText(claim.ExpiresAt)}"
        + (claim.Reason is null ? "." : $", with the reason \"{Text.Shown(claim.Reason, 200)}\"."),
        $"Nothing was claimed. Ask '{claim.Agent}' with log_message, claim other paths, or pass exclusive: false to say that you work there too.");

    private void Insert(Connection c, AgentRef agent, PathPattern pattern, NewClaims claims, long? session)
    {
        string id = Ids.New("claim", c.Time.Now);
        c.Execute("""
            INSERT INTO claims (id, agent_seq, session_seq, pattern, exclusive, reason, lease_boot_id, lease_boot_ms, lease_until, created_at)
            VALUES (@Id, @Agent, @Session, @Pattern, @Exclusive, @Reason, @BootId, @LeaseMs, @Until, @Now)
            """,
            new
            {
                Id = id,
                Agent = agent.Seq,
                Session = session,
                Pattern = pattern.Value,
                claims.Exclusive,
                claims.Reason,
                c.Time.BootId,
                LeaseMs = c.Time.BootMilliseconds + (claims.LeaseSeconds * 1000L),
                Until = c.Time.Now.AddSeconds(claims.LeaseSeconds),
                c.Time.Now,
            });
        Log(c, "paths_claimed", id, pattern.Value, agent.Seq, agent.ProjectSeq, session);
    }

    private static void Renew(Connection c, Claim held, NewClaims claims) => c.Execute("""
        UPDATE claims SET exclusive = @Exclusive, reason = COALESCE(@Reason, reason), lease_boot_id = @BootId, lease_boot_ms = @LeaseMs, lease_until = @Until
        WHERE seq = @Seq
        """,
        new
        {
            held.Seq,
            claims.Exclusive,
            claims.Reason,
            c.Time.BootId,
            LeaseMs = c.Time.BootMilliseconds + (claims.LeaseSeconds * 1000L),
            Until = c.Time.Now.AddSeconds(claims.LeaseSeconds),
        });

    private ReleasedPaths Release(Connection c, AgentRef agent, IReadOnlyList<string>? patterns)
    {
        List<Claim> held = new ClaimSelection(c) { Holder = agent.Seq }.Query(c);
        if (patterns is null)
            return Released(c, held, []);
        List<Claim> named = [];
        List<string> notHeld = [];
        foreach (string name in patterns.Distinct())
            if (held.Find(claim => claim.Id == name) is { } byId)
                named.Add(byId);
            else if (IsId(name))
                notHeld.Add(CheckOwn(c, agent, name));
            else if (held.Find(claim => claim.Pattern == PathPattern.Parse(name).Value) is { } byPattern)
                named.Add(byPattern);
            else
                notHeld.Add(name);
        return Released(c, [.. named.DistinctBy(claim => claim.Seq)], notHeld);
    }

    private ReleasedPaths Released(Connection c, List<Claim> claims, List<string> notHeld)
    {
        Free(c, claims);
        return new() { Released = [.. claims.Select(claim => claim with { ReleasedAt = c.Time.Now })], NotHeld = notHeld };
    }

    private static bool IsId(string name) => name.StartsWith("claim_", StringComparison.Ordinal) && name.Split('_') is [_, { Length: 13 } time, _] && time.All(char.IsAsciiDigit);

    private static string CheckOwn(Connection c, AgentRef agent, string id)
    {
        Claim claim = new ClaimSelection(c) { Id = id, IncludeEnded = true }.Query(c).FirstOrDefault()
            ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No claim '{Text.Shown(id)}'.", "list_claims shows all that are live; release_paths also takes patterns.");
        return claim.AgentSeq == agent.Seq ? id : throw new AgentCraftException(ErrorCodes.NotAllowed, $"The claim '{id}' is '{claim.Agent}'s.",
            $"Ask '{claim.Agent}' with log_message to release it; its lease ends {Times.ToText(claim.ExpiresAt)}.");
    }

    private int Free(Connection c, List<Claim> claims)
    {
        foreach (Claim claim in claims)
        {
            ClaimPlace place = c.First<ClaimPlace>("""
                UPDATE claims SET released_at = @Now WHERE seq = @Seq AND released_at IS NULL
                RETURNING session_seq, (SELECT a.project_seq FROM agents a WHERE a.seq = claims.agent_seq) AS project_seq
                """, new { claim.Seq, c.Time.Now })!;
            Log(c, "paths_released", claim.Id, claim.Pattern, claim.AgentSeq, place.ProjectSeq, place.SessionSeq);
        }
        return claims.Count;
    }

    private void Log(Connection c, string type, string claim, string pattern, long agentSeq, long projectSeq, long? sessionSeq) => events.Append(c, new(type)
    {
        SessionSeq = sessionSeq,
        ProjectSeq = projectSeq,
        AgentSeq = agentSeq,
        EntityType = "claim",
        EntityId = claim,
        Data = JsonSerializer.Serialize(new Dictionary<string, string> { ["pattern"] = pattern }, DataJson.Default.IReadOnlyDictionaryStringString),
    });

    private ClaimPage List(Connection c, ClaimFilter filter, PathPattern? overlapping, long after, string epoch)
    {
        ClaimSelection selection = new(c)
        {
            Holder = filter.Holder is { } holder ? agents.Identify(c, holder).Seq : null,
            Project = filter.Project is { } project ? projects.FindKnown(c, project)?.Seq ?? 0 : null,
            Exclusive = filter.Exclusive,
            IncludeEnded = filter.IncludeEnded,
            Since = filter.Created.Since,
            Until = filter.Created.Until,
        };
        // What overlaps is no matter of SQL: all live ones are read, of which there are few.
        List<Claim>? fitting = overlapping is null ? null : [.. Overlaps([overlapping], selection.Query(c)).Select(overlap => overlap.Claim)];
        List<Claim> claims = fitting is null ? (selection with { After = after, Limit = filter.Limit + 1 }).Query(c)
            : [.. fitting.Where(claim => claim.Seq > after).Take(filter.Limit + 1)];
        bool hasMore = Paging.CutToPage(claims, filter.Limit);
        return new()
        {
            Claims = claims,
            Total = fitting?.Count ?? selection.Count(c),
            HasMore = hasMore,
            Cursor = claims.Count == 0 ? filter.Cursor : new Cursor(filter.ListName, epoch, claims[^1].Seq).ToString(),
        };
    }

    private sealed record ClaimPlace
    {
        public long? SessionSeq { get; init; }
        public long ProjectSeq { get; init; }
    }
}
