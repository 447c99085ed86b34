using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Moves;

/// <summary>A move is cut off, finds something damaged, or may not begin: both stores are never open at once, and no row is lost or doubled.</summary>
public sealed class MoveCutOffTests
{
    private const string Why = "moves a store there and back";

    /// <summary>In the order in which a move comes to them.</summary>
    private static readonly string[] Points = ["closed", "prepared", "copied messages", "checked audit_log", "copied notes", "checked robot_screws", "complete", "moved"];
    private static readonly string[] PlacingPoints = ["journal", "opened"];

    [Requires(Need.Postgres, Why)]
    public async Task Cut_off_at_one_point_after_the_other_it_goes_on_each_time_both_ways()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");
        await CutOffEverywhere(move, "postgres", from: "sqlite");
        Assert.Equal(before, await move.Rows("postgres"));
        await CutOffEverywhere(move, "sqlite", from: "postgres");
        Assert.Equal(before, await move.Rows("sqlite"));
        Assert.Equal(ErrorCodes.StoreMoved, (await move.Refuses("postgres")).Code);
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_row_that_is_damaged_on_its_way_is_noticed_and_the_table_is_copied_anew()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");

        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres", Damage).Run());
        MoveSummary again = await move.Move("postgres").Run();

        Assert.Equal(ErrorCodes.StoreDamaged, refused.Code);
        Assert.Contains("messages", refused.Message);
        Assert.Contains("row 2", refused.Message);
        Assert.True(again.Resumed);
        Assert.Equal(before, await move.Rows("postgres"));

        void Damage(string at)
        {
            if (at == "copied messages")
                move.Run("UPDATE messages SET content = content || ' ' WHERE seq = 2");
        }
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_row_that_is_missing_is_noticed()
    {
        using MoveCase move = await MoveCase.Filled();

        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres", at =>
        {
            if (at == "copied robot_parts")
                move.Run("DELETE FROM robot_parts WHERE seq = (SELECT max(seq) FROM robot_parts)", move.Schema + "_agents");
        }).Run());

        Assert.Contains("robot_parts", refused.Message);
        Assert.Contains("ends before the row", refused.Message);
        Assert.Contains("agentcraft move --to postgres --cancel", refused.Hint);
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_move_that_was_cut_off_can_be_given_up()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");
        await Assert.ThrowsAsync<Killed>(() => move.Move("postgres", Throw("copied messages")).Run());

        Assert.True((await move.Move("postgres").Cancel()).Cancelled);

        Assert.Equal(before, await move.Rows("sqlite"));
        Assert.False((await move.Move("postgres").Cancel()).Cancelled);
        Assert.Null((await move.Move("postgres").Plan()).Aside);
        await move.Move("postgres").Run();
        await Assert.ThrowsAsync<Killed>(() => move.Move("sqlite", Throw("copied messages")).Run());
        Assert.True((await move.Move("sqlite").Cancel()).Cancelled);
        Assert.Equal(before, await move.Rows("postgres"));
        Assert.Equal(ErrorCodes.StoreMoved, (await move.Refuses("sqlite")).Code);
        Assert.Equal(ErrorCodes.InvalidTransition, (await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres").Cancel())).Code);
    }

    [Requires(Need.Postgres, Why)]
    public async Task What_was_copied_by_a_move_whose_note_is_lost_is_refused_and_can_be_taken_away()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");
        await Assert.ThrowsAsync<Killed>(() => move.Move("postgres", Throw("copied messages")).Run());
        MoveNote.Remove(new(move.Root, new()));

        Assert.Equal(before, await move.Rows("sqlite"));
        Assert.Contains("--cancel", (await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres").Run())).Hint);
        Assert.True((await move.Move("postgres").Cancel()).Cancelled);
        await move.Move("postgres").Run();
        Assert.Equal(before, await move.Rows("postgres"));
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_store_that_somebody_has_open_is_not_moved()
    {
        using MoveCase move = await MoveCase.Filled();
        await using (Stores live = move.Open("sqlite"))
        {
            await live.Databases.Central.Read(c => c.First<long>("SELECT 1"));
            Assert.Equal(ErrorCodes.StoreBusy, (await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres").Run())).Code);
            await live.Databases.Central.Write(c => c.Execute("UPDATE claims SET reason = 'still open'"));
        }
        await move.Move("postgres").Run();
        await using (Stores live = move.Open("postgres"))
        {
            await live.Databases.Central.Read(c => c.First<long>("SELECT 1"));
            AgentCraftException busy = await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("sqlite").Run());
            Assert.Equal(ErrorCodes.StoreBusy, busy.Code);
            Assert.Contains($":{Environment.ProcessId}'", busy.Message);
        }
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_move_that_was_cut_off_before_it_looked_who_is_in_looks_when_it_goes_on()
    {
        using MoveCase move = await MoveCase.Filled();
        (string name, string type) = MoveCase.Agents.First();
        await using (Stores live = move.Open("sqlite"))
        {
            await live.Databases.Agent(name, type).Read(c => c.First<long>("SELECT 1"));
            MoveNote.Begin("postgres", PostgresAddress.Parse(move.Postgres).Shown, DateTimeOffset.UtcNow).Write(new(move.Root, new()));
            Assert.Equal(ErrorCodes.StoreBusy, (await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres").Run())).Code);
            await live.Databases.Agent(name, type).Write(c => c.Execute("UPDATE agent_history SET content = 'still in'"));
        }
        Assert.Equal(ErrorCodes.StoreBusy, (await move.Refuses("sqlite")).Code);
        Assert.True((await move.Move("postgres").Run()).Resumed);
        await using Stores moved = move.Open("postgres");
        Assert.Equal("still in", await moved.Databases.Agent(name, type).Read(c => c.First<string>("SELECT content FROM agent_history WHERE content = 'still in'")));
    }

    [Requires(Need.Postgres, Why)]
    public async Task Files_that_were_cut_off_before_they_had_a_name_can_be_given_up()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");
        await move.Move("postgres").Run();
        await Assert.ThrowsAsync<Killed>(() => move.Move("sqlite", Throw("prepared")).Run());
        await using (SqliteConnection staged = new($"Data Source={Path.Combine(move.Root, ".agentcraft", "session.db.moving")};Pooling=False"))
        {
            await staged.OpenAsync();
            using SqliteCommand command = new("DELETE FROM _move WHERE name = 'id'", staged);
            Assert.Equal(1, command.ExecuteNonQuery());
        }
        Assert.True((await move.Move("sqlite").Cancel()).Cancelled);
        Assert.Equal(ErrorCodes.StoreMoved, (await move.Refuses("sqlite")).Code);
        Assert.Equal(before, await move.Rows("postgres"));
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_database_that_holds_another_store_is_refused_and_both_stay_as_they_are()
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");
        await using (Stores other = move.Open("postgres"))
            await other.Databases.Central.Write(c => c.Execute("INSERT INTO projects (id, name, created_at, updated_at) VALUES ('p', 'other', 'x', 'x')"));

        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres").Run());

        Assert.Equal(ErrorCodes.AlreadyExists, refused.Code);
        Assert.Contains("1 rows of projects", refused.Message);
        Assert.Equal(before, await move.Rows("sqlite"));
    }

    /// <summary>Wherever it is cut off, both refuse whoever comes; but for the target once it is the store.</summary>
    private static async Task CutOffEverywhere(MoveCase move, string to, string from)
    {
        string[] closed = [ErrorCodes.StoreBusy, ErrorCodes.StoreMoved];
        foreach (string point in (string[])[.. Points, .. to == "sqlite" ? PlacingPoints : [], "released"])
        {
            await Assert.ThrowsAsync<Killed>(() => move.Move(to, Throw(point)).Run());
            Assert.Contains((await move.Refuses(from)).Code, closed);
            // Before it is prepared there is nothing in its place that could be closed.
            if (point is not ("closed" or "opened" or "released"))
                Assert.Contains((await move.Refuses(to)).Code, closed);
        }
        Assert.True((await move.Move(to).Run()).WasDone);
        Assert.Equal(ErrorCodes.StoreMoved, (await move.Refuses(from)).Code);
    }

    private static Action<string> Throw(string point)
    {
        bool thrown = false;
        return at =>
        {
            if (at == point && !thrown)
            {
                thrown = true;
                throw new Killed();
            }
        };
    }

    private sealed class Killed : Exception;
}
