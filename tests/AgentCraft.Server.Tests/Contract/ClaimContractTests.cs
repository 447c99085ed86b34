using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>claims</c>, and how claims go with sessions.</summary>
public abstract class ClaimContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Claim_paths_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("claim_paths");
        await story.Call("A directory", new { agent = "alice", patterns = new[] { "src/**" }, reason = "rewriting the \"parser\"" });
        await story.Call("The same again, and another: one is renewed", new { agent = "ALICE", patterns = new[] { "./src//**", "README.md" }, leaseSeconds = 60 });
        await story.Call("What another has claimed", new { agent = "bob", patterns = new[] { "docs/**", "src/a.ts" } });
        await story.Call("Shared: it stands in nobody's way", new { agent = "bob", patterns = new[] { "src/a.ts", "docs/**" }, exclusive = false });
        await story.Call("Exclusive over what another shares", new { agent = "alice", patterns = new[] { "docs/*.md" } });
        await story.Call("With a key", new { agent = "bob", patterns = new[] { "*.ts" }, idempotencyKey = "p1" });
        await story.Call("Repeated with its key", new { agent = "bob", patterns = new[] { "*.ts" }, idempotencyKey = "p1" });
        await story.Call("The key of another call", new { agent = "bob", patterns = new[] { "*.js" }, idempotencyKey = "p1" });
        await story.Call("Nothing", new { agent = "bob", patterns = Array.Empty<string>() });
        await story.Call("Absolute", new { agent = "bob", patterns = new[] { "/etc/*" } });
        await story.Call("Out of the root", new { agent = "bob", patterns = new[] { "ok", "{src,..}/x" } });
        await story.Call("With backslashes", new { agent = "bob", patterns = new[] { "src\\a.ts" } });
        await story.Call("Half a class", new { agent = "bob", patterns = new[] { "[a-" } });
        await story.Call("Longer than a pattern may be", new { agent = "bob", patterns = new[] { new string('a', 301) } });
        await story.Call("A lease of years", new { agent = "bob", patterns = new[] { "x" }, leaseSeconds = 100_000_000 });
        await story.Call("By somebody unknown", new { agent = "bop", patterns = new[] { "x" } });
        Approve(story, "claim_paths");
    }

    [Fact]
    public async Task Release_paths_answers_as_approved()
    {
        await Start("alice", "bob");
        string[] ids = [.. (await Call("claim_paths", new { agent = "alice", patterns = new[] { "a", "b", "c/" } })).At("claims").EnumerateArray().Select(claim => claim.GetProperty("id").GetString()!)];
        Story story = Tell("release_paths");
        await story.Call("By pattern and id", new { agent = "alice", patterns = new[] { "./a", ids[1], "never" } });
        await story.Call("Released before: nothing changes", new { agent = "alice", patterns = new[] { "a", ids[1] } });
        await story.Call("Another's, by id", new { agent = "bob", patterns = new[] { ids[2] } });
        await story.Call("Another's, by pattern: bob holds no such thing", new { agent = "bob", patterns = new[] { "c/" } });
        await story.Call("An id that is none", new { agent = "bob", patterns = new[] { "claim_1000000000000_000000000" } });
        await story.Call("All that is left", new { agent = "alice" });
        await story.Call("Nothing left", new { agent = "alice" });
        await story.Call("By somebody unknown", new { agent = "bop" });
        Approve(story, "release_paths");
    }

    [Fact]
    public async Task List_claims_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("list_claims");
        await story.Call("Nothing yet", new { });
        await Call("claim_paths", new { agent = "alice", patterns = new[] { "src/**", "docs/*.md" }, reason = "parser" });
        await Call("claim_paths", new { agent = "bob", patterns = new[] { "tests/**" }, exclusive = false });
        string cursor = (await story.Call("The oldest first, a page of two", new { limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { limit = 2, cursor });
        await story.Call("Who works on this path", new { overlapping = "src/parser/a.ts" });
        await story.Call("Shared, bob's, of this project", new { holder = "BOB", exclusive = false, project = "shop" });
        await Call("release_paths", new { agent = "alice" });
        await story.Call("Live ones", new { });
        await story.Call("Also what ended", new { includeEnded = true, since = "2020-01-01", limit = 1 });
        await story.Call("A cursor of another filter", new { holder = "bob", cursor });
        await story.Call("A pattern that is none", new { overlapping = "[" });
        await story.Call("By somebody unknown", new { holder = "bop" });
        Approve(story, "list_claims");
    }

    [Fact]
    public async Task All_patterns_are_claimed_or_none()
    {
        await Start("alice", "bob");
        await Call("claim_paths", new { agent = "alice", patterns = new[] { "b" } });
        string before = StoreDump.Of(Root);
        Refused("already_claimed", await Call("claim_paths", new { agent = "bob", patterns = new[] { "a", "b", "c" } }));
        Refused("invalid_pattern", await Call("claim_paths", new { agent = "bob", patterns = new[] { "a", "../b" } }));
        Assert.Equal(before, StoreDump.Of(Root));
    }

    [Fact]
    public async Task A_shared_claim_cannot_become_exclusive_over_another_s()
    {
        await Start("alice", "bob");
        await Call("claim_paths", new { agent = "bob", patterns = new[] { "src/*" }, exclusive = false });
        await Call("claim_paths", new { agent = "alice", patterns = new[] { "src/a" } });
        Refused("already_claimed", await Call("claim_paths", new { agent = "bob", patterns = new[] { "src/*" } }));
        await Call("release_paths", new { agent = "alice" });
        Assert.True((await Call("claim_paths", new { agent = "bob", patterns = new[] { "src/*" } })).Get<bool>("claims.0.exclusive"));
    }

    [Fact]
    public async Task End_session_releases_its_caller_s_claims_and_nobody_else_s()
    {
        await Start("alice", "bob");
        await Call("claim_paths", new { agent = "alice", patterns = new[] { "a" } });
        await Call("claim_paths", new { agent = "bob", patterns = new[] { "b" } });
        Assert.Equal(1, (await Call("end_session", new { agent = "bob" })).GetNumber("releasedClaims"));
        Assert.Equal(["a"], await Live());
    }

    [Fact]
    public async Task The_end_of_a_session_releases_what_was_claimed_in_it()
    {
        await Start("alice", "bob");
        await Call("register_agent", new { name = "loner" });
        await Call("claim_paths", new { agent = "bob", patterns = new[] { "b" } });
        await Call("claim_paths", new { agent = "loner", patterns = new[] { "c" } });
        Assert.True((await Call("end_session", new { agent = "alice" })).Get<bool>("ended"));
        Assert.Equal(["c"], await Live());
    }

    [Fact]
    public async Task Leaving_for_a_new_session_releases_the_claims_and_joining_the_same_keeps_them()
    {
        await Start("alice", "bob");
        await Call("claim_paths", new { agent = "bob", patterns = new[] { "b" } });
        await Call("claim_paths", new { agent = "alice", patterns = new[] { "a" } });
        await Start("bob");
        Assert.Equal(["a", "b"], await Live());
        (await Call("start_session", new { agent = "bob", forceNew = true })).Succeeded();
        Assert.Equal(["a"], await Live());
        Assert.Contains("paths_released | claim", StoreDump.Of(Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_hoards_claims_without_end()
    {
        await Start("alice");
        for (int i = 0; i < 4; i++)
            (await Call("claim_paths", new { agent = "alice", patterns = Enumerable.Range(0, 50).Select(n => $"f{i}-{n}") })).Succeeded();
        Refused("invalid_argument", await Call("claim_paths", new { agent = "alice", patterns = new[] { "one more" } }));
        Assert.Equal(1, (await Call("claim_paths", new { agent = "alice", patterns = new[] { "f0-0" } })).GetNumber("renewed"));
    }

    private async Task<IEnumerable<string>> Live() =>
        (await Call("list_claims")).At("claims").EnumerateArray().Select(claim => claim.GetProperty("pattern").GetString()!).Order();
}
