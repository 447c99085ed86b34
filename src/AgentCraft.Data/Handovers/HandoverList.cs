using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>Lists versions of hand-overs without their texts.</summary>
internal static class HandoverList
{
    private const string List = "handovers";

    private const string Selected = """
        FROM handover_documents WHERE agent_id = @Keeper AND (@Id IS NULL OR id = @Id) AND (@Author IS NULL OR author_id = @Author)
          AND (@Session IS NULL OR session_id = @Session) AND (@Template IS NULL OR template_name = @Template)
          AND (@Status IS NULL OR status = @Status) AND (@Since IS NULL OR created_at >= @Since) AND (@Until IS NULL OR created_at < @Until)
        """;

    public static HandoverPage Page(Connection c, string keeper, string? author, HandoverFilter filter, string epoch)
    {
        string list = Paging.ListName(List, filter.Id, author, filter.Session, filter.Template, filter.Status, filter.Range, filter.OldestFirst);
        long after = filter.Cursor is null ? (filter.OldestFirst ? 0 : long.MaxValue) : Cursor.Parse(filter.Cursor, list, epoch).Seq;
        var selection = new
        {
            Keeper = keeper, filter.Id, Author = author, filter.Session, filter.Template, filter.Status, filter.Range.Since, filter.Range.Until, After = after, Limit = filter.Limit + 1,
        };
        List<HandoverItem> items = c.Query<HandoverItem>($"""
            SELECT seq, id, version, title, author_name AS author, template_name AS template, session_id AS session, status, validation_status, created_at, published_at, decided_by
            {Selected} AND seq {(filter.OldestFirst ? ">" : "<")} @After ORDER BY seq {(filter.OldestFirst ? "ASC" : "DESC")} LIMIT @Limit
            """, selection);
        bool hasMore = Paging.CutToPage(items, filter.Limit);
        return new()
        {
            Handovers = items,
            Total = c.First<long>($"SELECT count(*) {Selected}", selection),
            HasMore = hasMore,
            Cursor = items.Count == 0 ? filter.Cursor : new Cursor(list, epoch, items[^1].Seq).ToString(),
        };
    }
}
