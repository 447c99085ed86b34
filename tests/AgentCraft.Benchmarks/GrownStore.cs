using System.Diagnostics;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Benchmarks;

/// <summary>
/// A root with so many messages in its central file, made by the product's own schema but with statements that write many rows at once. What
/// a row holds depends on its number alone. Their text is small letters, digits and blanks, so that it is already what the search index holds.
/// </summary>
internal sealed class GrownStore(Bench bench, long messages)
{
    public const int Agents = 20;

    private const long RowsAtOnce = 100_000;
    private const string Text = """
        'the parser in file' || (i % 5000) || ' drops the last line of topic' || (i * 7919 % 1000) || ' in area' || (i % 10)
        || ' and somebody should look at the reader before it is released' || CASE WHEN i % (@Rows / 20) = 7 THEN ' needle' ELSE '' END
        """;

    /// <summary>The schema that the rows are of: a store of another one is made anew.</summary>
    private static string Schema => Path.GetFileName(Directory.EnumerateFiles(Path.Combine(Bench.Repository, "schemas", "central"), "*.sql").Max()!)[..4];

    /// <summary>Its root; made now when it was not, or when it is small.</summary>
    public async Task<string> Get()
    {
        if (messages <= RowsAtOnce)
            return await Make(bench.NewRoot());
        string root = Path.Combine(Bench.Artifacts, "grown", $"schema-{Schema}-{messages}");
        if (Directory.Exists(root))
            return root;
        // What was cut off, or is of an older schema.
        if (Directory.Exists(Path.GetDirectoryName(root)))
            Directory.Delete(Path.GetDirectoryName(root)!, recursive: true);
        string unfinished = $"{root}-unfinished";
        Directory.CreateDirectory(unfinished);
        long begin = Stopwatch.GetTimestamp();
        await Make(unfinished);
        Directory.Move(unfinished, root);
        bench.Report.Note($"a store of {messages:#,0} messages was made in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s, and is kept for the next run");
        return root;
    }

    /// <summary>Rows of this size, without the search index, for what only needs a large file.</summary>
    public async Task<string> GetHeavy(int bytes)
    {
        string root = bench.NewRoot();
        await using Stores stores = new(root, new(), TimeProvider.System);
        await Fill(stores, $"'{new string('x', bytes)}'", isSearched: false);
        return root;
    }

    private async Task<string> Make(string root)
    {
        await using Stores stores = new(root, new(), TimeProvider.System);
        await Fill(stores, Text, isSearched: true);
        return root;
    }

    private async Task Fill(Stores stores, string text, bool isSearched)
    {
        for (int i = 0; i < Agents; i++)
            await stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse($"agent-{i}") } });
        Database central = stores.Databases.Central;
        long first = await central.Read(c => c.First<long>("SELECT seq FROM agents WHERE name = 'agent-0'"));
        for (long from = 1; from <= messages; from += RowsAtOnce)
        {
            var rows = new { First = first, From = from, To = Math.Min(messages, from + RowsAtOnce - 1), Rows = messages };
            await central.Write(c => c.Execute(Insert(text), rows));
            if (isSearched)
                await central.Write(c => c.Execute("INSERT INTO search_messages (rowid, tokens) SELECT seq, content FROM messages WHERE seq >= @From AND seq <= @To", new { rows.From, rows.To }));
        }
        if (isSearched)
            await central.Write(c => c.Execute("UPDATE search_progress SET indexed_seq = (SELECT max(seq) FROM messages) WHERE noun = 'messages'"));
        await central.Write(c => c.Execute("""
            INSERT INTO inbox_counts (to_seq, from_seq, unread, total)
            SELECT to_seq, from_seq, sum(processed_at IS NULL), count(*) FROM messages GROUP BY to_seq, from_seq
            """));
    }

    /// <summary>Pairs of agents in no order that repeats soon; the newest hundredth is not acknowledged.</summary>
    private static string Insert(string text) => $"""
        WITH RECURSIVE numbers (i) AS (SELECT @From UNION ALL SELECT i + 1 FROM numbers WHERE i < @To),
             pairs (i, a, b) AS (
                 SELECT i, @First + (i * 2654435761 >> 12) % {Agents}, @First + ((i * 2654435761 >> 12) % {Agents} + 1 + (i * 40503 >> 4) % {Agents - 1}) % {Agents} FROM numbers)
        INSERT INTO messages (id, session_seq, from_seq, to_seq, conversation, thread_id, message_type, importance, content, created_at, processed_at)
        SELECT printf('msg_%d_%08x', 1767225600000 + i * 1000, i), (SELECT min(seq) FROM sessions), a, b, (min(a, b) << 32) | max(a, b),
               printf('thread_%d_%08x', 1767225600000 + i / 5 * 5000, i / 5), 'notification', 'normal', {text},
               strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i, 'unixepoch'),
               CASE WHEN i <= @Rows - @Rows / 100 THEN strftime('%Y-%m-%dT%H:%M:%fZ', 1767225660 + i, 'unixepoch') END
        FROM pairs
        """;
}
