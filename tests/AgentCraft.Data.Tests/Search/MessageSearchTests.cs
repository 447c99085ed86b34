using AgentCraft.Data.Messages;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Search;

/// <summary>The same on both engines.</summary>
public abstract class MessageSearchCases(bool postgres) : IAsyncLifetime
{
    private SearchedStore _store = null!;

    public virtual async Task InitializeAsync() => _store = await SearchedStore.Create(postgres);

    public async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    protected async Task Words_phrases_and_prefixes()
    {
        await _store.Post("The quick brown fox");
        await _store.Post("A brown, quick dog: Café src/a_b.ts");
        await _store.Post("全文検索をテストする");
        Assert.Equal(2, (await _store.Excerpts("QUICK brown")).Count());
        Assert.Equal(["The quick brown fox"], await _store.Excerpts("\"quick brown\""));
        Assert.Equal(["The quick brown fox"], await _store.Excerpts("\"brown fo\"*"));
        Assert.Equal(["A brown, quick dog: Café src/a_b.ts"], await _store.Excerpts("cafe a_b.ts do*"));
        Assert.Equal(["全文検索をテストする"], await _store.Excerpts("検索 テスト"));
        Assert.Empty(await _store.Excerpts("索検"));
        Assert.Empty(await _store.Excerpts("b_a"));
        Assert.Empty(await _store.Excerpts("quic"));
        Assert.Empty(await _store.Excerpts("quick cat"));
    }

    protected async Task Hostile_queries()
    {
        await _store.Post("plain text");
        string[] hostile =
        [
            "\"", "\"\"\"", "'", "''", "\\", "\\'", "a'b\\c:d", "NEAR(a b, 3)", "a AND", "OR", "NOT plain", "{a b}: c", "-x", "^x", "x:*", "x & | ! <-> y",
            "%s%n{0}$1", "'; DROP TABLE messages; --", "\u202Egnp\u2028x", "🎉x🎉", "\U0001F468\u200D\U0001F469 x", "x\uFFFFy", "İıſß", new string('x', 4096), "tokens:x", "* x*y",
        ];
        foreach (string query in hostile)
            try
            {
                Assert.Empty((await _store.Find(query)).Messages);
            }
            catch (AgentCraftException refusal)
            {
                Assert.Equal(ErrorCodes.InvalidArgument, refusal.Code);
            }
        Assert.Single(await _store.Excerpts("text PLAIN"));
    }

    protected async Task A_large_text_is_found_by_every_word_and_phrase_in_it()
    {
        string text = string.Join(' ', Enumerable.Range(0, 20_000).Select(n => n % 3 == 0 ? "the" : $"w{n}"));
        await _store.Post(text);
        foreach (int n in new[] { 1, 191, 192, 193, 194, 254, 256, 257, 385, 16_384, 19_996 })
        {
            int first = n - (n % 3);
            Assert.Single((await _store.Find($"\"the w{first + 1} w{first + 2} the\"")).Messages);
            Assert.Single((await _store.Find($"w{first + 1} w19999 w1")).Messages);
            string phrase = string.Join(' ', Enumerable.Range(Math.Min(first, 19_936), 64).Select(m => m % 3 == 0 ? "the" : $"w{m}"));
            Assert.Single((await _store.Find($"\"{phrase}\"")).Messages);
        }
        Assert.Empty((await _store.Find("\"w1 the\"")).Messages);
        await _store.Post(string.Join(' ', Enumerable.Range(0, 100_000).Select(n => $"{n:x6}")));
        Assert.Single((await _store.Find("01869f 000000")).Messages);
    }

    protected async Task Deleted_rows()
    {
        string gone = await _store.Post("needle one");
        await _store.Post("needle two");
        await _store.Post("needle three", from: "carol");
        Assert.Equal(3, (await _store.Find("needle")).Total);
        await _store.Central.Write(c => c.Execute("DELETE FROM messages WHERE id = @Id", new { Id = gone }));
        // With its sender, by the cascade.
        await _store.Central.Write(c => c.Execute("DELETE FROM agents WHERE name = 'carol'"));
        Assert.Equal(["needle two"], await _store.Excerpts("needle"));
        Assert.Equal(1, await Indexed("needle"));
        Assert.Equal(0, await Indexed("one"));
        Assert.Equal(0, await _store.Central.Read(c => c.First<long>("SELECT count(*) FROM search_deleted")));
        string never = await _store.Post("needle four");
        await _store.Central.Write(c => c.Execute("DELETE FROM messages WHERE id = @Id", new { Id = never }));
        await _store.Post("needle five");
        Assert.Equal(2, (await _store.Find("needle")).Total);
        Assert.Equal(0, await Indexed("four"));
    }

    protected async Task Pages()
    {
        for (int i = 0; i < 7; i++)
            await _store.Post($"page {i} {(i == 3 ? "page page" : "")}");
        foreach (SearchOrder order in Enum.GetValues<SearchOrder>())
        {
            List<string> seen = [];
            MessageHitPage page = await _store.Find("page", order, limit: 3);
            for (; ; page = await _store.Find("page", order, limit: 3, page.Cursor))
            {
                seen.AddRange(page.Messages.Select(hit => hit.Excerpt[5..6]));
                if (!page.HasMore)
                    break;
            }
            Assert.Equal(7, page.Total);
            Assert.Equal(order switch { SearchOrder.Asc => "0123456", SearchOrder.Desc => "6543210", _ => "3654210" }, string.Concat(seen));
        }
        string cursor = (await _store.Find("page")).Cursor!;
        Assert.Equal(ErrorCodes.InvalidCursor, (await Assert.ThrowsAsync<AgentCraftException>(() => _store.Find("pages", cursor: cursor))).Code);
        Assert.Equal(ErrorCodes.InvalidCursor, (await Assert.ThrowsAsync<AgentCraftException>(() => _store.Find("page", SearchOrder.Asc, cursor: cursor))).Code);
    }

    protected async Task Many_searchers_index_each_row_once()
    {
        await using Stores other = _store.Again();
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 30; i++)
                await _store.Post($"round {round} row {i}");
            MessageHitPage[] pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
                (n % 2 == 0 ? _store.Stores : other).MessageSearch.Find(new() { Query = $"\"round {round}\"" }, new()))));
            Assert.All(pages, page => Assert.Equal(30, page.Total));
        }
        Assert.Equal(150, await Indexed("round"));
    }

    protected async Task What_is_written_is_indexed_when_it_is_quiet()
    {
        await _store.Post("needle");
        Assert.Equal(0, await Indexed("needle"));
        await Eventually.Become(async () => await Indexed("needle") == 1, TimeSpan.FromSeconds(30), "the message is in the index without a search");
    }

    protected async Task Many_deleted_rows_are_forgotten_when_it_is_quiet()
    {
        await _store.Central.Write(c => c.Execute("""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
            INSERT INTO messages (id, from_seq, to_seq, conversation, thread_id, message_type, importance, content, created_at)
            SELECT 'msg_' || CAST(i AS TEXT), a.seq, a.seq, 1, 'thread', 'notification', 'normal', 'needle', @Now FROM n CROSS JOIN agents a WHERE a.name = 'alice'
            """, new { c.Time.Now }));
        Assert.Equal(1000, (await _store.Find("needle", limit: 1000)).Messages.Count);
        await _store.Central.Write(c => c.Execute("DELETE FROM messages"));
        await _store.Post("something else");
        await Eventually.Become(async () => await Indexed("needle") == 0 && await Kept() == 0, TimeSpan.FromSeconds(60), "no text of deleted messages is kept");
    }

    protected async Task What_is_purged_or_goes_with_its_project_is_forgotten_when_it_is_quiet()
    {
        await _store.Post("secret to myself", "alice", "alice");
        await _store.Post("secret of the project");
        Assert.Equal(2, (await _store.Find("secret")).Total);
        await _store.Stores.AgentLife.Remove("alice", null, purge: true);
        await Eventually.Become(async () => await Indexed("secret") == 1 && await Kept() == 0, TimeSpan.FromSeconds(60), "the purged text is not kept");
        string project = (await _store.Stores.Agents.Get("alice")).Project;
        await _store.Stores.ProjectDeletion.Delete(project, project, null);
        await Eventually.Become(async () => await Indexed("secret") == 0 && await Kept() == 0, TimeSpan.FromSeconds(60), "the project's text is not kept");
    }

    private Task<long> Kept() => _store.Central.Read(c => c.First<long>("SELECT count(*) FROM search_deleted"));

    protected async Task Filters()
    {
        string question = await _store.Post("word?", "alice", "bob");
        await _store.Stores.Messages.Append(new() { From = "bob", To = ["alice"], Content = "word!", ResponseTo = question, Importance = Importance.High }, null);
        await _store.Post("word.", "carol", "carol");
        string thread = (await _store.Find("word")).Messages[^1].ThreadId;
        DateTimeOffset last = (await _store.Find("word")).Messages[0].CreatedAt;
        await Found(".!?", new() { Query = "word" });
        await Found("!?", new() { Query = "word", Agent = "ALICE" });
        await Found("!", new() { Query = "word", From = "bob" });
        await Found("!", new() { Query = "word", To = "alice" });
        await Found("!?", new() { Query = "word", ThreadId = thread });
        await Found("!", new() { Query = "word", Type = MessageType.Response });
        await Found("!", new() { Query = "word", Importance = Importance.High });
        await Found(".!?", new() { Query = "word", Range = new(null, last.AddSeconds(1)) });
        await Found("", new() { Query = "word", Range = new(last.AddSeconds(1), null) });
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => Found("", new() { Query = "word", From = "bbo" }))).Code);
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => Found("", new() { Query = "word", Session = "session_0" }))).Code);
    }

    private async Task Found(string ends, MessageSearchFilter filter) =>
        Assert.Equal(ends, string.Concat((await _store.Stores.MessageSearch.Find(filter, new())).Messages.Select(hit => hit.Excerpt[^1])));

    /// <summary>How many rows the index itself has for a word, whether there is a message or not.</summary>
    private Task<long> Indexed(string word) => _store.Central.Read(c =>
        c.First<long>($"SELECT count(*) FROM ({c.Dialect.FullText.Hits("search_messages", 1)}) h", new { T0 = c.Dialect.FullText.Terms(SearchQuery.Parse(word))[0] }));
}

public sealed class SqliteMessageSearchTests() : MessageSearchCases(postgres: false)
{
    [Theory]
    [InlineData("ASC")]
    [InlineData("DESC")]
    public async Task A_page_of_a_common_word_is_read_along_the_index_without_sorting(string direction)
    {
        await using SearchedStore store = await SearchedStore.Create(postgres: false);
        List<PlanStep> plan = await store.Central.Read(c =>
        {
            AllMessages terms = new(SearchQuery.Parse("a b"), c.Dialect.FullText);
            return c.Query<PlanStep>($"EXPLAIN QUERY PLAN {new FoundRows(c, SearchedNoun.Messages, "messages m", "m.to_seq > 0", terms).InOrderOfSeq(direction)}", terms);
        });
        Assert.Contains("VIRTUAL TABLE", plan[0].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(plan, step => step.Detail.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Fact]
    public Task All_words_must_occur_phrases_follow_each_other_and_prefixes_go_on() => Words_phrases_and_prefixes();

    [Fact]
    public Task No_query_is_an_error_of_the_engine() => Hostile_queries();

    [Fact]
    public Task A_large_text_is_found_by_every_word_and_phrase() => A_large_text_is_found_by_every_word_and_phrase_in_it();

    [Fact]
    public Task Deleted_rows_leave_the_index() => Deleted_rows();

    [Fact]
    public Task Each_order_pages_through_everything_once() => Pages();

    [Fact]
    public Task Many_searchers_at_once_index_each_row_once() => Many_searchers_index_each_row_once();

    [Fact]
    public Task What_is_written_is_indexed_when_it_becomes_quiet() => What_is_written_is_indexed_when_it_is_quiet();

    [Fact]
    public Task The_texts_of_many_deleted_rows_are_forgotten_when_it_becomes_quiet() => Many_deleted_rows_are_forgotten_when_it_is_quiet();

    [Fact]
    public Task The_text_of_what_is_purged_or_goes_with_its_project_is_forgotten() => What_is_purged_or_goes_with_its_project_is_forgotten_when_it_is_quiet();

    [Fact]
    public Task Each_filter_leaves_what_fits_it() => Filters();
}

internal sealed class AllMessages(SearchQuery query, FullText engine) : RangedTerms(query, engine);

internal sealed class PlanStep
{
    public string Detail { get; init; } = "";
}

public sealed class PostgresMessageSearchTests() : MessageSearchCases(postgres: true)
{
    private const string Why = "the same searches on PostgreSQL.";

    public override Task InitializeAsync() => Need.Missing(SearchedStore.Variable, Why) is null ? base.InitializeAsync() : Task.CompletedTask;

    [Requires(SearchedStore.Variable, Why)]
    public Task All_words_must_occur_phrases_follow_each_other_and_prefixes_go_on() => Words_phrases_and_prefixes();

    [Requires(SearchedStore.Variable, Why)]
    public Task No_query_is_an_error_of_the_engine() => Hostile_queries();

    [Requires(SearchedStore.Variable, Why)]
    public Task A_large_text_is_found_by_every_word_and_phrase() => A_large_text_is_found_by_every_word_and_phrase_in_it();

    [Requires(SearchedStore.Variable, Why)]
    public Task Deleted_rows_leave_the_index() => Deleted_rows();

    [Requires(SearchedStore.Variable, Why)]
    public Task Each_order_pages_through_everything_once() => Pages();

    [Requires(SearchedStore.Variable, Why)]
    public Task Many_searchers_at_once_index_each_row_once() => Many_searchers_index_each_row_once();

    [Requires(SearchedStore.Variable, Why)]
    public Task What_is_written_is_indexed_when_it_becomes_quiet() => What_is_written_is_indexed_when_it_is_quiet();

    [Requires(SearchedStore.Variable, Why)]
    public Task The_texts_of_many_deleted_rows_are_forgotten_when_it_becomes_quiet() => Many_deleted_rows_are_forgotten_when_it_is_quiet();

    [Requires(SearchedStore.Variable, Why)]
    public Task The_text_of_what_is_purged_or_goes_with_its_project_is_forgotten() => What_is_purged_or_goes_with_its_project_is_forgotten_when_it_is_quiet();

    [Requires(SearchedStore.Variable, Why)]
    public Task Each_filter_leaves_what_fits_it() => Filters();
}
