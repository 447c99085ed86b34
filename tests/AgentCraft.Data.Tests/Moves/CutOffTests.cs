using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Moves;

/// <summary>A move is cut off, finds something damaged, or may not begin: both stores are never open at once, and no row is lost or doubled.</summary>
public sealed class CutOffTests
{
    private const string Why = "moves a store there and back";

    [RequiresTheory(Need.Postgres, Why)]
    [InlineData("closed")]
    [InlineData("prepared")]
    [InlineData("copied messages")]
    [InlineData("checked audit_log")]
    [InlineData("copied notes")]
    [InlineData("checked robot_screws")]
    [InlineData("complete")]
    [InlineData("moved")]
    [InlineData("released")]
    public async Task Wherever_it_is_cut_off_it_goes_on_both_ways(string point)
    {
        using MoveCase move = await MoveCase.Filled();
        string before = await move.Rows("sqlite");
        await CutOff(move, "postgres", point, from: "sqlite");
        Assert.Equal(before, await move.Rows("postgres"));
        await CutOff(move, "sqlite", point, from: "postgres");
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

        Assert.True(await move.Move("postgres").Cancel());

        Assert.Equal(before, await move.Rows("sqlite"));
        Assert.False(await move.Move("postgres").Cancel());
        Assert.Null((await move.Move("postgres").Plan()).Aside);
        await move.Move("postgres").Run();
        await Assert.ThrowsAsync<Killed>(() => move.Move("sqlite", Throw("copied messages")).Run());
        Assert.True(await move.Move("sqlite").Cancel());
        Assert.Equal(before, await move.Rows("postgres"));
        Assert.Equal(ErrorCodes.StoreMoved, (await move.Refuses("sqlite")).Code);
        Assert.Equal(ErrorCodes.InvalidTransition, (await Assert.ThrowsAsync<AgentCraftException>(() => move.Move("postgres").Cancel())).Code);
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

    /// <summary>Cut off there, refused by both, done by the next run.</summary>
    private static async Task CutOff(MoveCase move, string to, string point, string from)
    {
        await Assert.ThrowsAsync<Killed>(() => move.Move(to, Throw(point)).Run());
        Assert.Contains((await move.Refuses(from)).Code, (string[])[ErrorCodes.StoreBusy, ErrorCodes.StoreMoved]);
        if (point != "released" && (point != "closed" || to == "sqlite"))
            Assert.Contains((await move.Refuses(to)).Code, (string[])[ErrorCodes.StoreBusy, ErrorCodes.StoreMoved, ErrorCodes.NotFound]);
        MoveSummary done = await move.Move(to).Run();
        Assert.True(done.Resumed || done.WasDone);
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
