using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>A table of the tests' own in the central file, so that they depend on no noun.</summary>
public static class Rows
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS test_rows (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, writer TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (writer, number))
        """;

    public const string Insert = "INSERT INTO test_rows (writer, number, body) VALUES (@Writer, @Number, @Body) RETURNING seq";

    /// <summary>Makes the table if it is not there.</summary>
    public static Task<int> Create(Database database) => database.Write(c => c.Execute(c.Dialect.Ddl(Table)));

    /// <summary>Adds one and returns its seq.</summary>
    public static Task<long> Append(Database database, string writer, int number, int size = 10, CancellationToken cancellationToken = default) =>
        database.Write(c => Append(c, writer, number, size), cancellationToken);

    /// <inheritdoc cref="Append(Database, string, int, int, CancellationToken)"/>
    public static long Append(Connection connection, string writer, int number, int size = 10)
    {
        return connection.First<long>(Insert, new { Writer = writer, Number = number, Body = new string((char)('a' + (number % 26)), size) });
    }

    /// <summary>How many there are.</summary>
    public static Task<long> Count(Database database) => database.Read(c => c.First<long>("SELECT count(*) FROM test_rows"));

    /// <summary>The numbers of a writer, in the order of seq.</summary>
    public static Task<List<long>> Numbers(Database database, string writer) =>
        database.Read(c => c.Query<long>("SELECT number FROM test_rows WHERE writer = @Writer ORDER BY seq", new { Writer = writer }));
}
