using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>Outputs and their paths, page by page, from the central file alone.</summary>
public sealed class OutputLists(Databases databases, ProjectStore projects, AgentStore agents, SessionStore sessions)
{
    private const int MostCounted = 10_000;

    /// <summary>One page of outputs, each version one.</summary>
    public async Task<OutputPage> List(OutputFilter filter, OutputPaging page, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("outputs", filter, page.Order);
        long? after = page.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        return await databases.Central.Read(c =>
        {
            OutputSelection all = OutputSelection.Of(c, filter, projects, agents, sessions);
            List<Output> found = List(c, all, page, after);
            bool hasMore = Paging.CutToPage(found, page.Limit);
            return new OutputPage
            {
                Outputs = found,
                Total = Count(c, "outputs o JOIN output_paths w ON w.seq = o.path_seq", $"{all.Where} AND o.seq >= @Low AND o.seq <= @High", all),
                HasMore = hasMore,
                Cursor = found.Count == 0 ? page.Cursor : new Cursor(list, epoch, found[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    /// <summary>One page of paths, each with its newest version, the first that were recorded first.</summary>
    public async Task<OutputPathPage> ListPaths(OutputFilter filter, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("output_paths", filter);
        long after = cursor is null ? 0 : Cursor.Parse(cursor, list, epoch).Seq;
        return await databases.Central.Read(c =>
        {
            OutputSelection all = OutputSelection.Of(c, filter, projects, agents, sessions);
            List<OutputPathRow> rows = c.Query<OutputPathRow>($"""
                SELECT w.seq, w.path, w.versions, o.id, o.type, o.version, a.name AS agent, o.checksum, o.size, o.created_at
                FROM {NewestOnly} JOIN agents a ON a.seq = o.agent_seq
                WHERE w.project_seq = @Project AND w.seq > @Low AND {all.Where} ORDER BY w.seq LIMIT @Limit
                """, all with { Low = after, Limit = limit + 1 });
            bool hasMore = Paging.CutToPage(rows, limit);
            return new OutputPathPage
            {
                Paths = rows,
                Total = Count(c, NewestOnly, $"w.project_seq = @Project AND {all.Where}", all),
                HasMore = hasMore,
                Cursor = rows.Count == 0 ? cursor : new Cursor(list, epoch, rows[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    /// <summary>Whatever was deleted of a path's versions, the newest of the rest.</summary>
    private const string NewestOnly = "output_paths w JOIN outputs o ON o.seq = (SELECT max(x.seq) FROM outputs x WHERE x.path_seq = w.seq)";

    private static List<Output> List(Connection c, OutputSelection all, OutputPaging page, long? after)
    {
        bool newestFirst = page.Order == ListOrder.Desc;
        OutputSelection rest = after is not { } seq ? all : newestFirst ? all with { High = Math.Min(all.High, seq - 1) } : all with { Low = Math.Max(all.Low, seq + 1) };
        return c.Query<Output>($"""
            SELECT {OutputStore.Columns} FROM {OutputStore.Tables}
            WHERE {rest.Where} AND o.seq >= @Low AND o.seq <= @High ORDER BY o.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
            """, rest with { Limit = page.Limit + 1 });
    }

    private static long? Count(Connection c, string tables, string where, OutputSelection all)
    {
        long counted = c.First<long>($"SELECT count(*) FROM (SELECT 1 FROM {tables} WHERE {where} LIMIT @Limit) counted", all with { Limit = MostCounted + 1 });
        return counted > MostCounted ? null : counted;
    }
}
