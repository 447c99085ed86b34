namespace AgentCraft.Data.Moves;

/// <summary>
/// Keeps every new connection out of a database that was moved away, or is being moved or filled: one look on the way in, together with the
/// lock that every connection takes there. Who moves holds that lock alone, so that nobody is in when the journal comes into being.
/// </summary>
internal static class MovedStore
{
    /// <summary>The SQLSTATE of the refusal, from the range that belongs to nobody.</summary>
    public const string State = "AC001";

    /// <summary>What the refusal of a database that is being filled begins with.</summary>
    public const string Filling = "filling ";

    /// <summary>The statement that refuses. <paramref name="schema"/> is a checked name.</summary>
    public static string Refuse(string schema) => $"""
        DO $look$
        DECLARE said TEXT;
        BEGIN
            IF to_regclass('{schema}.{MoveJournal.Table}') IS NOT NULL THEN
                EXECUTE 'SELECT COALESCE(max(value) FILTER (WHERE name = ''{MoveJournal.Note}''), ''{Filling}'' || max(value) FILTER (WHERE name = ''{MoveJournal.From}'')) FROM {schema}.{MoveJournal.Table}' INTO said;
                RAISE EXCEPTION USING ERRCODE = '{State}', MESSAGE = COALESCE(said, '{Filling}another store');
            END IF;
        END
        $look$
        """;

    /// <summary>The refusal in our words.</summary>
    public static AgentCraftException Refusal(string store, string said) =>
        said.StartsWith(Filling, StringComparison.Ordinal) ? MoveErrors.Filling(store, said[Filling.Length..]) : MoveNote.Parse(said).Refusal(store);
}
