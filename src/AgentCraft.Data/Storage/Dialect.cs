using System.Data.Common;
using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Storage;

/// <summary>
/// What differs between the engines: how a transaction begins and ends, how a parameter gets its type, how DDL is spelled, what a failure
/// means. Everything else is written once, in the SQL that both understand.
/// </summary>
internal abstract class Dialect
{
    /// <summary><c>sqlite</c> or <c>postgres</c>; a schema file <c>0003-x.NAME.sql</c> takes the place of <c>0003-x.sql</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Begins a transaction that writes, and returns its moment.</summary>
    public abstract StoreTime Begin(Connection connection);

    /// <summary>Begins a transaction that sees one snapshot and writes nothing.</summary>
    public abstract void BeginRead(Connection connection);

    /// <summary>The moment of a transaction that only reads, asked for by those that need it.</summary>
    public abstract StoreTime AskTime(Connection connection);

    /// <summary>Ends it; <paramref name="names"/> are to wake in other processes too.</summary>
    public abstract void Commit(Connection connection, IReadOnlyCollection<string> names);

    /// <summary>Ends the transaction if there still is one.</summary>
    public abstract void RollBack(Connection connection);

    /// <summary>A transaction has begun and not ended: engines end it by themselves on some errors.</summary>
    public abstract bool InTransaction(Connection connection);

    /// <summary>Tells the engine the type of a parameter before it has a value, where it needs to know.</summary>
    public virtual void SetType(DbParameter parameter, Type type)
    {
    }

    /// <summary>How full-text search is said.</summary>
    public abstract FullText FullText { get; }

    /// <summary>Counts the tables named <c>@Name</c>.</summary>
    public abstract string CountTables { get; }

    /// <summary>The bytes that the store takes; on a database server with what all agents have of their own.</summary>
    public abstract string CountBytes { get; }

    /// <summary>How the engine goes about a statement that has just run, whatever the values of its parameters; no failure of it reaches the caller.</summary>
    public abstract PlanOf Explain(Connection connection, DbCommand command);

    /// <summary>A schema script as this engine spells it.</summary>
    public virtual string Ddl(string script) => script;

    /// <summary>Runs a project's own schema script, whose text was checked. Returns what is wrong with it; null when it is done.</summary>
    public abstract string? RunGuarded(Connection connection, string script);

    /// <summary>A rule of a table, not of ours, refuses the row.</summary>
    public abstract bool IsConstraint(Exception failure);

    /// <summary>Nothing was committed and the same work may succeed at once when it is run again, on another connection.</summary>
    public virtual bool IsTransient(Exception failure) => false;

    /// <summary>The same failure in our words; itself when it is no failure of the engine's, or a bug of ours.</summary>
    public abstract Exception Translate(Exception failure);
}
