using AgentCraft.Data.Documents;
using AgentCraft.Data.Search;
using AgentCraft.Data.Tests.Search;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Documents;

public sealed class DocumentSearchTests
{
    private const string Why = "the search of documents on PostgreSQL.";

    [Fact]
    public Task Of_each_document_the_newest_version_is_in_the_index_and_no_other() => Newest_version_only(postgres: false);

    [Requires(SearchedStore.Variable, Why)]
    public Task Of_each_document_the_newest_version_is_in_the_index_and_no_other_on_PostgreSQL() => Newest_version_only(postgres: true);

    [Fact]
    public Task A_deleted_document_leaves_the_index() => Deletion(postgres: false);

    [Requires(SearchedStore.Variable, Why)]
    public Task A_deleted_document_leaves_the_index_on_PostgreSQL() => Deletion(postgres: true);

    private static async Task Newest_version_only(bool postgres)
    {
        await using SearchedStore store = await SearchedStore.Create(postgres);
        await Save(store, "plan", "first words");
        Assert.Equal(["plan"], await Found(store, "first"));
        await Save(store, "plan", "second words");
        await Save(store, "plan", "third words");
        await Save(store, "other", "fourth words");
        Assert.Equal(["other", "plan"], await Found(store, "words"));
        Assert.Equal(["plan"], await Found(store, "plan third"));
        Assert.Empty(await Found(store, "first"));
        Assert.Equal((0, 0, 2), (await Indexed(store, "first"), await Indexed(store, "second"), await Indexed(store, "words")));
        Assert.Equal("first words", (await store.Stores.Documents.Get("plan", 1)).Content);
    }

    private static async Task Deletion(bool postgres)
    {
        await using SearchedStore store = await SearchedStore.Create(postgres);
        await Save(store, "plan", "some words");
        Assert.Equal(["plan"], await Found(store, "words"));
        await store.Central.Write(c => c.Execute("DELETE FROM documents"));
        Assert.Empty(await Found(store, "words"));
        Assert.Equal(0, await Indexed(store, "words"));
    }

    private static Task<SavedDocument> Save(SearchedStore store, string name, string content) =>
        store.Stores.Documents.Save(new() { Agent = "alice", Name = name, Content = content }, null);

    private static async Task<IEnumerable<string>> Found(SearchedStore store, string query) =>
        (await store.Stores.DocumentSearch.Find(query, new(), new())).Documents.Select(hit => hit.Name);

    private static Task<long> Indexed(SearchedStore store, string word) => store.Central.Read(c => c.First<long>(
        $"SELECT count(*) FROM ({c.Dialect.FullText.Hits("search_documents", 1)}) h", new { T0 = c.Dialect.FullText.Terms(SearchQuery.Parse(word))[0] }));
}
