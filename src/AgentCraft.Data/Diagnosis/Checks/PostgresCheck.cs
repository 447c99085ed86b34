using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage.Postgres;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>The database server, where the store is one: reachable, new enough, migrated, ours to use, and set to keep what it acknowledges.</summary>
internal sealed class PostgresCheck : ICheck
{
    private const int OldestServer = 14, FewConnections = 5;

    public string Name => "postgres";

    public string Title => "PostgreSQL";

    public bool AppliesTo(Premises premises) => !premises.IsFiles;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        PostgresAddress address;
        try
        {
            address = PostgresAddress.Parse(premises.Store.Postgres!);
        }
        catch (AgentCraftException unreadable)
        {
            return Task.FromResult(new Seen("not known", Finding.Error(unreadable.Message, "No server can open the store.", premises.Command("config check"))));
        }
        try
        {
            PostgresFacts facts = PostgresLook.Facts(premises);
            return Task.FromResult(new Seen($"{address.Shown}, version {facts.Version}{(facts.HasSchema ? "" : ", no tables yet: the first call makes them")}", Findings(premises, facts, address)));
        }
        catch (AgentCraftException failure)
        {
            return Task.FromResult(new Seen(address.Shown, Finding.Error(failure.Message, $"No call can be answered. {failure.Hint}", $"pg_isready {Place(address)}")));
        }
    }

    internal static IReadOnlyList<Finding> Findings(Premises premises, PostgresFacts facts, PostgresAddress address)
    {
        List<Finding> findings = [];
        string psql = $"psql {Place(address)} -c";
        void Error(bool isSo, string what, string why, string next)
        {
            if (isSo)
                findings.Add(Finding.Error(what, why, next));
        }
        void Warning(bool isSo, string what, string why, string next)
        {
            if (isSo)
                findings.Add(Finding.Warning(what, why, next));
        }
        if (facts.Moved is { } said && MovedStore.Refusal(address.Shown, said) is var moved)
            Error(true, moved.Message, $"No call can be answered. {moved.Hint}", premises.Command("config show"));
        Error(facts.Version.Major < OldestServer, $"{address.Shown} is PostgreSQL {facts.Version}.", $"AgentCraft needs {OldestServer} or newer, and refuses it.", $"{psql} \"SELECT version()\"");
        Error(facts.Encoding != "UTF8", $"The database's encoding is {facts.Encoding}.", "It cannot keep every text, and is refused.", "createdb --encoding UTF8 --template template0 agentcraft");
        Error(facts.IsStandby, "The server is a standby: it only takes reads.", "Every write fails. The setting store has to name the primary.", $"{psql} \"SELECT sender_host FROM pg_stat_wal_receiver\"");
        Warning(facts.Settings["fsync"] == "off", "fsync is off.", "A power cut may damage the whole database, whatever was acknowledged.", $"{psql} \"ALTER SYSTEM SET fsync = on\" -c \"SELECT pg_reload_conf()\"");
        Warning(facts.Settings["full_page_writes"] == "off", "full_page_writes is off.", "A power cut may leave torn pages in the database.", $"{psql} \"ALTER SYSTEM SET full_page_writes = on\" -c \"SELECT pg_reload_conf()\"");
        Warning(facts.Settings["synchronous_commit"] == "off", "synchronous_commit is off for this user.", "What was acknowledged in the last moments before a crash is lost.", $"{psql} \"ALTER ROLE CURRENT_USER SET synchronous_commit = on\"");
        Warning(facts.Settings["autovacuum"] == "off", "autovacuum is off.", "Tables and indexes grow for ever, and plans get worse.", $"{psql} \"ALTER SYSTEM SET autovacuum = on\" -c \"SELECT pg_reload_conf()\"");
        Error(facts is { HasSchema: false, MayCreate: false }, $"This user may not create the schema {address.Schema} in the database.", "The first call cannot make the tables.", $"{psql} \"GRANT CREATE ON DATABASE {address.Database} TO {address.User}\"");
        Error(facts.Refused.Count > 0, $"This user may not use {Premises.Some(facts.Refused)}.", "Calls that need them fail.",
            $"{psql} \"GRANT ALL ON ALL TABLES IN SCHEMA {address.Schema}, {address.AgentsSchema} TO {address.User}\"");
        Error(facts.OtherCollation.Count > 0, $"Text is ordered by a language's rules in {Premises.Some(facts.OtherCollation)}, not by its bytes (COLLATE \"C\").",
            "Lists may pass over rows, and an update of the system's languages may damage indexes.", $"{psql} \"\\d+ {string.Join('.', facts.OtherCollation.DefaultIfEmpty("").First().Split('.').Take(2))}\"");
        Error(facts.Invalid.Count > 0, $"These indexes were left unfinished: {Premises.Some(facts.Invalid)}.", "They are not used, and do not refuse what they should.", $"{psql} \"REINDEX INDEX {facts.Invalid.DefaultIfEmpty("").First()}\"");
        Error(facts.Schema?.Fault is not null, facts.Schema?.Fault?.Message ?? "", "Servers of this version refuse the store.", premises.Command("migrate status"));
        Warning(facts.Free < FewConnections, $"The server can take {facts.Free} more connections.", "Servers that start now may be refused.", $"{psql} \"SELECT application_name, count(*) FROM pg_stat_activity GROUP BY 1 ORDER BY 2 DESC\"");
        return findings;
    }

    private static string Place(PostgresAddress address) => $"-h {address.Host} -p {address.Port} -U {address.User} -d {address.Database}";
}
