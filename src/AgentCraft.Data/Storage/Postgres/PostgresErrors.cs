using AgentCraft.Data.Moves;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>The one place that turns PostgreSQL's SQLSTATEs and broken connections into errors that a caller can act on.</summary>
internal static class PostgresErrors
{
    private const string Nothing = "Nothing was written.";
    private const string IdleInTransaction = "25P03";

    /// <summary>
    /// Nothing is committed and the same may well succeed at once: a serialization failure, a deadlock, a connection that broke, a server
    /// that is restarting.
    /// </summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        LostTransactionException => true,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => true,
        PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported } changed => changed.MessageText.Contains("cached plan", StringComparison.Ordinal),
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => true,
        PostgresException answered => IsFatal(answered),
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException => true,
        _ => IsOfBrokenConnector(failure),
    };

    // Npgsql cleans up while a statement is about to be sent, and the statement meets what is gone already.
    private static bool IsOfBrokenConnector(Exception failure) => failure is ObjectDisposedException { ObjectName: "System.Threading.ManualResetEventSlim" };

    /// <summary>The server ended the connection, or is not taking any now.</summary>
    public static bool IsFatal(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransaction
        || failure.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>Somebody else holds the lock for longer than we wait at a time.</summary>
    public static bool IsLockTimeout(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>The same failure in our words; itself when it is a bug of ours and should surface as one.</summary>
    public static Exception Translate(Exception failure, string where) => failure switch
    {
        PostgresException refused => Translate(refused, where),
        NpgsqlException { InnerException: TimeoutException } => new AgentCraftException(ErrorCodes.StoreUnavailable, $"{where} did not answer in time.",
            $"{Nothing} Repeat the call; if it stays so, look at the database server.", retryable: true, failure),
        NpgsqlException or LostTransactionException => Unreachable(where, failure),
        _ => IsOfBrokenConnector(failure) ? Unreachable(where, failure) : failure,
    };

    private static AgentCraftException Unreachable(string where, Exception failure) => new(ErrorCodes.StoreUnavailable, $"{where} cannot be reached.",
        $"{Nothing} Repeat the call once the database server is back.", retryable: true, failure);

    /// <summary>The error of a write that waited for its turn too long.</summary>
    public static AgentCraftException Busy(string where, string? holder, TimeSpan waited) => new(ErrorCodes.StoreBusy,
        $"{where} has been busy for {waited.TotalSeconds:0.#} s" + (holder is null ? "." : $"; '{holder}' is writing."),
        $"{Nothing} Repeat the call; if it stays so, look at that program: it may be stopped or hang.", retryable: true);

    /// <summary>The error of a call for which no connection became free.</summary>
    public static AgentCraftException Exhausted(string where, int connections, TimeSpan waited) => new(ErrorCodes.StoreBusy,
        $"All {connections} connections of this server to {where} have been in use for {waited.TotalSeconds:0.#} s.",
        "Nothing was read or written. Repeat the call; the setting performance.maxConnections allows more connections, or 'Maximum Pool Size' in the setting store, which goes before it.", retryable: true);

    /// <summary>The error of a write whose commit was cut off, when the database cannot be asked what became of it.</summary>
    public static AgentCraftException OutcomeUnknown(string where, Exception failure) => new(ErrorCodes.OutcomeUnknown,
        $"The connection to {where} broke while the write was being committed, and it cannot be asked now whether it was.",
        "Repeat the call with the same idempotencyKey: it is stored once. Without a key, look first whether it is there.", retryable: true, failure);

    private static Exception Translate(PostgresException failure, string where) => failure.SqlState switch
    {
        MovedStore.State => MovedStore.Refusal(where, failure.MessageText),
        PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter => new AgentCraftException(ErrorCodes.InvalidText,
            "A text contains a character that the database cannot keep.", "Leave it out, or use a database with the encoding UTF8.", inner: failure),
        PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.TooManyArguments => new AgentCraftException(ErrorCodes.PayloadTooLarge,
            "A text is too long for the database.", "Shorten it.", inner: failure),
        PostgresErrorCodes.DiskFull => new AgentCraftException(ErrorCodes.DiskFull, $"The disk of {where} is full; nothing was written.",
            "Free some space, then repeat the call. What was acknowledged before is safe.", retryable: true, failure),
        PostgresErrorCodes.QueryCanceled => new AgentCraftException(ErrorCodes.StoreBusy,
            $"{where} cancelled the statement: it took longer than the statement_timeout there.",
            $"{Nothing} Repeat the call; if it stays so, raise statement_timeout for this role.", retryable: true, failure),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ConfigurationLimitExceeded
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => new AgentCraftException(ErrorCodes.StoreBusy,
            $"{where} is busy: {failure.MessageText}.", $"{Nothing} Repeat the call.", retryable: true, failure),
        PostgresErrorCodes.ReadOnlySqlTransaction => Unavailable($"{where} is read-only: a standby, perhaps.", "Name the primary in the setting store.", failure),
        PostgresErrorCodes.FeatureNotSupported when failure.MessageText.Contains("during recovery", StringComparison.Ordinal) =>
            Unavailable($"{where} is a standby, which takes no writes.", "Name the primary in the setting store.", failure),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            Unavailable($"{where} refuses this user: {failure.MessageText}.", "Check the user name, and the password in PGPASSWORD or .pgpass.", failure),
        PostgresErrorCodes.InvalidCatalogName => Unavailable($"{where} does not exist.", "Create the database: createdb NAME. Its schemas are made by the first use.", failure),
        PostgresErrorCodes.InsufficientPrivilege => Unavailable($"{where}: {failure.MessageText}.", "Grant this user CREATE on the database, or make it the owner of the schemas.", failure),
        _ when IsFatal(failure) => new AgentCraftException(ErrorCodes.StoreUnavailable, $"{where} is restarting or has ended the connection.",
            $"{Nothing} Repeat the call once the database server is back.", retryable: true, failure),
        _ => failure,
    };

    private static AgentCraftException Unavailable(string message, string hint, Exception failure) =>
        new(ErrorCodes.StoreUnavailable, message, hint, retryable: false, failure);
}

/// <summary>The connection broke, and the transaction that ran on it was not committed.</summary>
internal sealed class LostTransactionException(Exception inner) : Exception("The connection broke before the transaction was committed.", inner);
