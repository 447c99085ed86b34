using AgentCraft.Data.Agents;
using AgentCraft.Data.Audit;
using AgentCraft.Data.History;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tests.Transfer;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Moves;

/// <summary>A store with rows in every table goes to PostgreSQL and back, and is the same.</summary>
public sealed class MoveRoundTripTests
{
    private const string Why = "moves a store there and back";

    [Requires(Need.Postgres, Why)]
    public async Task Every_table_of_the_catalogue_has_rows_in_the_sample()
    {
        using MoveCase move = await MoveCase.Filled();

        MovePlan plan = await move.Move("postgres").Plan();

        Assert.Null(plan.Obstacle);
        Assert.Empty(plan.Tables.Where(table => table.Rows == 0).Select(table => $"{table.Table} of {table.Agent ?? "central"} is empty: fill it, so that moving it is tested"));
        Assert.Equal(FilledStore.Types.Length, plan.Tables.Select(table => table.Agent).OfType<string>().Distinct().Count());
        await using Stores stores = move.Open("sqlite");
        Assert.Equal(await stores.Databases.Central.Read(StoreRows.Tables), [.. plan.Tables.Where(table => table.Agent is null && table.Table != "store_info").Select(table => table.Table).Order(StringComparer.Ordinal)]);
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_store_goes_to_postgres_and_back_with_everything_that_it_has()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");

        MoveSummary there = await move.Move("postgres").Run();
        string moved = await move.Rows("postgres"), movedNumbers = await move.Rows("postgres", withOwnNumbers: true);
        await using (Stores stores = move.Open("postgres"))
        {
            AuditVerification verified = await stores.AuditCheck.Verify();
            Assert.Equal((true, 4), (verified.Sound, verified.Checked));
        }
        MoveSummary back = await move.Move("sqlite").Run();

        Assert.Equal(before, moved);
        Assert.Equal(before, await move.Rows("sqlite"));
        Assert.Equal(Sorted(movedNumbers), Sorted(await move.Rows("sqlite", withOwnNumbers: true)));
        Assert.True(back.Rows > there.Rows, "The event and the entry of the first move go along.");
        Assert.Equal(64, there.Sum.Length);
        Assert.NotNull(back.Aside);
        await using Stores files = move.Open("sqlite");
        Assert.True((await files.AuditCheck.Verify()).Sound);
    }

    [Requires(Need.Postgres, Why)]
    public async Task Numbers_go_on_behind_the_highest_that_was_ever_used()
    {
        using MoveCase move = await MoveCase.Filled();
        await using (Stores stores = move.Open("sqlite"))
        {
            await stores.Databases.Central.Write(c => c.Execute("DELETE FROM agent_metrics"));
            await stores.Databases.Agent("The-default", "default").Write(c => c.Execute("DELETE FROM notes"));
        }
        await move.Move("postgres").Run();
        // Two agents come before this one in the shared table, with numbers up to two each.
        Assert.Equal((3, 3 + 4), await Next(move, "postgres"));
        await move.Move("sqlite").Run();
        Assert.Equal((4, 4 + 4), await Next(move, "sqlite"));
    }

    [Requires(Need.Postgres, Why)]
    public async Task Cursors_that_clients_hold_stay_valid_both_ways()
    {
        using MoveCase move = await MoveCase.Filled();
        (string messages, string robots, string notes) = await Cursors(move, "sqlite");

        await move.Move("postgres").Run();
        (string, string, string) onServer = await Cursors(move, "postgres");
        await Follow(move, "postgres", messages, robots, notes);
        await move.Move("sqlite").Run();

        await Follow(move, "sqlite", messages, robots, notes);
        await Follow(move, "sqlite", onServer.Item1, onServer.Item2, onServer.Item3);
    }

    private static async Task<(string, string, string)> Cursors(MoveCase move, string engine)
    {
        await using Stores stores = move.Open(engine);
        return ((await stores.Agents.List(new AgentFilter { IncludeInactive = true, Limit = 1 })).Cursor!,
            (await stores.History.List(new HistoryFilter { Agent = "The-robot", Limit = 1 })).Cursor!, (await stores.History.List(new HistoryFilter { Agent = "The-default", Limit = 1 })).Cursor!);
    }

    private static async Task Follow(MoveCase move, string engine, string agents, string robots, string notes)
    {
        await using Stores stores = move.Open(engine);
        Assert.Equal(FilledStore.Types.Length - 1, (await stores.Agents.List(new AgentFilter { IncludeInactive = true, Cursor = agents, Limit = 50 })).Agents.Count);
        Assert.Single((await stores.History.List(new HistoryFilter { Agent = "The-robot", Limit = 50, Cursor = robots })).Entries);
        Assert.Single((await stores.History.List(new HistoryFilter { Agent = "The-default", Limit = 50, Cursor = notes })).Entries);
    }

    /// <summary>The numbers that a new metric and a new note get.</summary>
    private static async Task<(long Metric, long Note)> Next(MoveCase move, string engine)
    {
        await using Stores stores = move.Open(engine);
        long metric = await stores.Databases.Central.Write(c => c.First<long>(
            "INSERT INTO agent_metrics (id, agent_seq, name, value, recorded_at) VALUES (@Id, 1, 'n', 1, '2026-11-21T00:00:00.000Z') RETURNING seq", new { Id = $"m{engine}" }));
        long note = await stores.Databases.Agent("The-default", "default").Write(c => c.First<long>(
            "INSERT INTO notes (id, agent_id, title, created_at) VALUES (@Id, @Agent, 'n', '2026-11-21T00:00:00.000Z') RETURNING seq", new { Id = $"n{engine}", Agent = FilledStore.IdOf("default") }));
        return (metric, note);
    }

    private static string[] Sorted(string rows) => [.. rows.Split('\n').Order(StringComparer.Ordinal)];
}
