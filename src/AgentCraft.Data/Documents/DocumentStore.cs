using System.Text;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Documents;

/// <summary>The tables <c>documents</c> and <c>document_versions</c>. Nothing is overwritten: each save adds a version.</summary>
public sealed class DocumentStore(Databases databases, AgentStore agents, EventStore events, IdempotencyKeys keys, SearchIndex index)
{
    internal const string Columns = """
        v.seq, d.seq AS document_seq, d.id, d.name, v.title, d.category, v.format, v.version, v.bytes, a.name AS saved_by, v.created_at AS saved_at, d.created_at
        """;

    private const string Newest = "documents d JOIN document_versions v ON v.seq = d.version_seq LEFT JOIN agents a ON a.seq = v.agent_seq";

    /// <summary>Stores a new document, or a new version; what is like the newest version changes nothing.</summary>
    /// <exception cref="AgentCraftException"><c>version_conflict</c> when another version than the expected one is the newest</exception>
    public async Task<SavedDocument> Save(NewDocument document, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        NewDocument valid = document.Validated();
        SavedDocument stored = await databases.Central.Write(c =>
        {
            AgentRef author = agents.Identify(c, valid.Agent);
            (SavedDocument saved, bool replayed) = keys.Run(c, author.Id, idempotencyKey, valid,
                DataJson.Default.NewDocument, DataJson.Default.SavedDocument, () => Save(c, author, valid));
            return saved with { Replayed = replayed };
        }, cancellationToken);
        index.Changed();
        return stored;
    }

    /// <summary>A document by name or id, in the newest version or the given one.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names, or the versions there are</exception>
    public Task<Document> Get(string nameOrId, int? version, CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        Document newest = Find(c, nameOrId) ?? throw Unknown(c, nameOrId);
        return version is null || version == newest.Version ? newest
            : FindVersion(c, newest, version.Value) ?? throw new AgentCraftException(ErrorCodes.NotFound, $"'{newest.Name}' has no version {version}.",
                $"It has the versions 1 to {newest.Version}; leave version out for the newest.");
    }, cancellationToken);

    /// <summary>One page of documents.</summary>
    public async Task<DocumentPage> List(DocumentFilter filter, DocumentPaging page, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("documents", filter, page.Order);
        long? after = page.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        return await databases.Central.Read(c => List(c, filter, page, list, epoch, after), cancellationToken);
    }

    private SavedDocument Save(Connection c, AgentRef author, NewDocument document)
    {
        Document? known = Find(c, document.Name);
        string title = document.Title ?? known?.Title ?? document.Name, category = document.Category ?? known?.Category ?? "general";
        DocumentFormat format = document.Format ?? known?.Format ?? DocumentFormat.Markdown;
        NewDocument.CheckContent(format, document.Content);
        if (known is not null && (title, category, format, document.Content) == (known.Title, known.Category, known.Format, known.Content))
            return new() { Id = known.Id, Name = known.Name, Version = known.Version };
        CheckExpected(document, known);
        string id = known?.Id ?? Ids.New("doc", c.Time.Now);
        long seq = known?.DocumentSeq ?? c.First<long>("""
            INSERT INTO documents (id, name, name_key, category, version_seq, created_at) VALUES (@Id, @Name, @Key, @Category, 0, @Now) RETURNING seq
            """, new { Id = id, document.Name, Key = document.Name.ToLowerInvariant(), Category = category, c.Time.Now });
        long version = (known?.Version ?? 0) + 1;
        long versionSeq = c.First<long>("""
            INSERT INTO document_versions (document_seq, version, title, format, content, bytes, agent_seq, created_at)
            VALUES (@Document, @Version, @Title, @Format, @Content, @Bytes, @Agent, @Now) RETURNING seq
            """,
            new
            {
                Document = seq, Version = version, Title = title, Format = format, document.Content, Bytes = Encoding.UTF8.GetByteCount(document.Content),
                Agent = author.Seq, c.Time.Now,
            });
        SearchIndex.Forget(c, SearchedNoun.Documents, known?.Seq);
        c.Execute("UPDATE documents SET version_seq = @Version, category = @Category WHERE seq = @Seq", new { Version = versionSeq, Category = category, Seq = seq });
        events.Append(c, new("document_saved") { ProjectSeq = author.ProjectSeq, AgentSeq = author.Seq, EntityType = "document", EntityId = id });
        return new() { Id = id, Name = known?.Name ?? document.Name, Version = version, Created = known is null, Changed = true };
    }

    private static void CheckExpected(NewDocument document, Document? known)
    {
        if (document.ExpectedVersion is not { } expected || expected == (known?.Version ?? 0))
            return;
        throw known is null
            ? new AgentCraftException(ErrorCodes.VersionConflict, $"There is no document '{document.Name}', and version {expected} of it was expected.",
                "Save it without expectedVersion, or with 0; list_documents shows all.")
            : new AgentCraftException(ErrorCodes.VersionConflict,
                $"'{known.Name}' is at version {known.Version} (saved by {known.SavedBy ?? "nobody known"} at {Times.ToText(known.SavedAt)}), not {expected}; nothing was saved.",
                $"get_document shows it: bring your change into it and save with expectedVersion {known.Version}.");
    }

    private static Document? Find(Connection c, string nameOrId) => c.First<Document>($"""
        SELECT {Columns}, v.version AS newest_version, v.content FROM {Newest} WHERE d.name_key = @Key OR d.id = @Id
        """, new { Key = nameOrId.ToLowerInvariant(), Id = nameOrId });

    private static Document? FindVersion(Connection c, Document newest, int version) => c.First<Document>($"""
        SELECT {Columns}, @Newest AS newest_version, v.content
        FROM documents d JOIN document_versions v ON v.document_seq = d.seq LEFT JOIN agents a ON a.seq = v.agent_seq
        WHERE d.seq = @Document AND v.version = @Version
        """, new { Newest = newest.Version, Document = newest.DocumentSeq, Version = version });

    private DocumentPage List(Connection c, DocumentFilter filter, DocumentPaging page, string list, string epoch, long? after)
    {
        bool newestFirst = page.Order == ListOrder.Desc;
        var selection = new
        {
            Category = filter.Category?.Trim().ToLowerInvariant(),
            filter.Format,
            Agent = filter.Agent is null ? (long?)null : agents.Identify(c, filter.Agent).Seq,
            filter.Range.Since,
            filter.Range.Until,
            From = after ?? (newestFirst ? long.MaxValue : 0),
            Limit = page.Limit + 1,
        };
        string where = $"""
            (@Category IS NULL OR d.category = @Category) AND (@Format IS NULL OR v.format = @Format) AND (@Agent IS NULL OR v.agent_seq = @Agent)
            {filter.Range.Where("v.created_at")}
            """;
        List<DocumentInfo> documents = c.Query<DocumentInfo>($"""
            SELECT {Columns} FROM {Newest} WHERE {where} AND d.seq {(newestFirst ? "<" : ">")} @From ORDER BY d.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
            """, selection);
        bool hasMore = Paging.CutToPage(documents, page.Limit);
        return new()
        {
            Documents = documents,
            Total = c.First<long>($"SELECT count(*) FROM documents d JOIN document_versions v ON v.seq = d.version_seq WHERE {where}", selection),
            HasMore = hasMore,
            Cursor = documents.Count == 0 ? page.Cursor : new Cursor(list, epoch, documents[^1].DocumentSeq).ToString(),
        };
    }

    private static AgentCraftException Unknown(Connection c, string nameOrId) => new(ErrorCodes.NotFound, $"No document '{Text.Shown(nameOrId)}'.",
        $"{Text.DidYouMean(nameOrId, c.Query<string>("SELECT name FROM documents ORDER BY seq DESC LIMIT 1000"))}list_documents shows all, search_documents finds by words.");
}
