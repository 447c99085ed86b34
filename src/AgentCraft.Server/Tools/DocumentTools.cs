using AgentCraft.Data;
using AgentCraft.Data.Documents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Search;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents keep for each other.</summary>
internal sealed partial class DocumentTools(Stores stores)
{
    /// <summary>Saves a document: a new one, or a new version. With expectedVersion it refuses to save over what you have not read.</summary>
    /// <param name="name">Unique here</param>
    /// <param name="content">Text, up to 1 MiB</param>
    /// <param name="agent">Your name</param>
    /// <param name="title">Default: as before</param>
    /// <param name="category">Default: as before</param>
    /// <param name="format">Default: as before</param>
    /// <param name="expectedVersion">The version you read; 0: must be new</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "save_document", Title = "Save document", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Documents)]
    public partial Task<SavedDocument> SaveDocument(
        ToolCall call, string name, string content, string? agent = null, string? title = null, string? category = null,
        DocumentFormat? format = null, int? expectedVersion = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Documents.Save(new()
        {
            Agent = call.Me(agent), Name = name, Content = content, Title = title, Category = category, Format = format, ExpectedVersion = expectedVersion,
        }, idempotencyKey, cancellationToken);

    /// <summary>Reads a document, the newest version or an earlier one.</summary>
    /// <param name="name">Its name or id</param>
    /// <param name="version">Default: newest</param>
    [McpServerTool(Name = "get_document", Title = "Get document", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Documents)]
    public partial Task<Document> GetDocument(string name, int? version = null, CancellationToken cancellationToken = default) =>
        stores.Documents.Get(name, version, cancellationToken);

    /// <summary>Lists documents without their text, latest created first.</summary>
    /// <param name="category">This category</param>
    /// <param name="format">This format</param>
    /// <param name="agent">Saved by this agent</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Saved before</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_documents", Title = "List documents", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Documents)]
    public partial Task<DocumentPage> ListDocuments(
        string? category = null, DocumentFormat? format = null, string? agent = null, string? since = null, string? until = null,
        ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Documents.List(new() { Category = category, Format = format, Agent = agent, Range = TimeRange.Parse(since, until) },
            new() { Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Finds documents by words in name, title and text of their newest versions, latest saved first.</summary>
    /// <param name="query">Words, "a phrase", prefix*</param>
    /// <param name="category">This category</param>
    /// <param name="format">This format</param>
    /// <param name="agent">Saved by this agent</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Saved before</param>
    /// <param name="order">rank: best of newest 200</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "search_documents", Title = "Search documents", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Documents)]
    public partial Task<DocumentHitPage> SearchDocuments(
        string query, string? category = null, DocumentFormat? format = null, string? agent = null, string? since = null, string? until = null,
        SearchOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.DocumentSearch.Find(query, new() { Category = category, Format = format, Agent = agent, Range = TimeRange.Parse(since, until) },
            new() { Order = order ?? SearchOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);
}
