namespace AgentCraft.Testing;

/// <summary>What keeps the rows: files, or a database server.</summary>
public enum Engine
{
    /// <summary>Files below the root.</summary>
    Sqlite,

    /// <summary>The server that AGENTCRAFT_TEST_POSTGRES names.</summary>
    Postgres,
}

/// <summary>The engine on which the running test is to keep its rows; <see cref="TemporaryProject"/> obeys it.</summary>
public static class Engines
{
    private static readonly AsyncLocal<Engine> Running = new();

    /// <summary>SQLite unless <see cref="OnEveryEngineAttribute"/> or <see cref="OnPostgresAttribute"/> says otherwise.</summary>
    public static Engine Current
    {
        get => Running.Value;
        internal set => Running.Value = value;
    }
}

/// <summary>
/// Every test of the class, or of those derived from it, runs once on each engine; on PostgreSQL it has the trait <c>Engine=postgres</c>
/// and is skipped, visibly, where there is none. What a test is given as its <see cref="TemporaryProject"/> keeps its rows there.
/// A fixture that the class shares is made on SQLite.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OnEveryEngineAttribute : Attribute;

/// <summary>The tests run on PostgreSQL only, and are skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OnPostgresAttribute : Attribute;

/// <summary>Of a class that is <see cref="OnEveryEngineAttribute"/>: what is about SQLite's files and has no meaning elsewhere.</summary>
/// <param name="why">What it is that PostgreSQL does not have.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class OnSqliteAttribute(string why) : Attribute
{
    /// <summary>What it is that PostgreSQL does not have.</summary>
    public string Why => why;
}
