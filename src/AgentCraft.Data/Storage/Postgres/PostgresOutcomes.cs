using System.Diagnostics;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>Finds out what became of a transaction whose connection broke during its COMMIT, by asking the database.</summary>
internal sealed class PostgresOutcomes(PostgresAddress address, string schema, TimeSpan patience)
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    /// <summary>True when the transaction was committed, false when it was not and never will be.</summary>
    /// <param name="transactionId">As <c>pg_current_xact_id()</c> gave it.</param>
    /// <param name="writing">The lock that it holds while it runs: who gets it knows that it has ended.</param>
    /// <param name="failure">Why it is not known.</param>
    /// <exception cref="AgentCraftException"><c>outcome_unknown</c> when the database does not answer in time.</exception>
    public bool WasCommitted(string transactionId, string writing, Exception failure)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < patience; Thread.Sleep(BetweenAttempts))
            try
            {
                return Ask(transactionId, writing) switch
                {
                    "committed" => true,
                    "aborted" => false,
                    _ => throw PostgresErrors.OutcomeUnknown(address.Shown, failure),
                };
            }
            catch (NpgsqlException)
            {
                // Still restarting, or out of connections: ask again while there is time.
            }
        throw PostgresErrors.OutcomeUnknown(address.Shown, failure);
    }

    private string? Ask(string transactionId, string writing)
    {
        using NpgsqlConnection connection = address.NewConnection(schema);
        connection.Open();
        using NpgsqlCommand command = new("""
            BEGIN; SET LOCAL lock_timeout = 1000; SELECT pg_advisory_xact_lock(hashtextextended(@Writing, 0)); COMMIT;
            SELECT pg_xact_status(CAST(@Id AS xid8))
            """, connection);
        command.Parameters.AddWithValue("Writing", writing);
        command.Parameters.AddWithValue("Id", transactionId);
        using NpgsqlDataReader reader = command.ExecuteReader();
        reader.NextResult();
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetString(0) : null;
    }
}
