using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

[OnEveryEngine]
public sealed class IdempotencyKeysTests : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1), Moment = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
    private static readonly JsonTypeInfo<string> TextType = (JsonTypeInfo<string>)Json.GetTypeInfo(typeof(string));
    private static readonly JsonTypeInfo<long> NumberType = (JsonTypeInfo<long>)Json.GetTypeInfo(typeof(long));

    private readonly FakeTime _time = new();
    private Store _store = null!;
    private int _runs;

    public async Task InitializeAsync() => _store = await Store.Create(time: _time);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task The_same_key_with_the_same_arguments_gives_the_first_result_without_running_again()
    {
        Assert.Equal((1, false), await Run("a", "key", "x"));
        Assert.Equal((1, true), await Run("a", "key", "x"));
        Assert.Equal((1, true), await Run("a", "key", "x"));
        Assert.Equal(1, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task Without_a_key_every_call_runs()
    {
        Assert.Equal((1, false), await Run("a", null, "x"));
        Assert.Equal((2, false), await Run("a", null, "x"));
    }

    [Fact]
    public async Task Other_arguments_are_a_conflict_and_write_nothing()
    {
        await Run("a", "key", "x");
        AgentCraftException conflict = await Assert.ThrowsAsync<AgentCraftException>(() => Run("a", "key", "y"));
        Assert.Equal(ErrorCodes.IdempotencyConflict, conflict.Code);
        Assert.False(conflict.Retryable);
        Assert.Equal(1, await Rows.Count(_store.Central));
        Assert.Equal((1, true), await Run("a", "key", "x"));
    }

    [Fact]
    public async Task Another_agents_same_key_is_another_key()
    {
        Assert.Equal((1, false), await Run("a", "key", "x"));
        Assert.Equal((2, false), await Run("b", "key", "y"));
        Assert.Equal((1, true), await Run("a", "key", "x"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_key_lives_24_hours_however_the_wall_clock_is_set(int days)
    {
        await Run("a", "key", "x");
        _time.SetWallClock(Day * days);
        await Elapse(Day - Moment);
        Assert.Equal((1, true), await Run("a", "key", "x"));
        await Elapse(Moment * 2);
        Assert.Equal((2, false), await Run("a", "key", "x"));
        Assert.Equal((2, true), await Run("a", "key", "x"));
        _time.SetWallClock(-Day * days * 2);
        Assert.Equal((2, true), await Run("a", "key", "x"));
    }

    [Fact]
    [OnSqlite("A database has one clock, whichever machine looks.")]
    public async Task A_key_of_another_machine_start_lives_by_the_wall_clock()
    {
        await Run("a", "key", "x");
        await _store.Central.Write(c => c.Execute("UPDATE idempotency_keys SET boot_id = 'another'"));
        _time.Restart();
        _time.Advance(Day - Moment);
        Assert.Equal((1, true), await Run("a", "key", "x"));
        _time.Advance(Moment * 2);
        Assert.Equal((2, false), await Run("a", "key", "x"));
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_leaves_no_key()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.Central.Write<int>(c =>
        {
            Keys.Run(c, "a", "key", "x", TextType, NumberType, () => Rows.Append(c, "w", ++_runs));
            throw new InvalidOperationException("after the key, before the commit");
        }));
        Assert.Equal(0, await Rows.Count(_store.Central));
        Assert.False((await Run("a", "key", "x")).Replayed);
        Assert.Equal(1, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task Work_that_fails_leaves_its_key_free()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.Central.Write(c =>
            Keys.Run(c, "a", "key", "x", TextType, NumberType, () => throw new InvalidOperationException())));
        Assert.False((await Run("a", "key", "y")).Replayed);
    }

    [Fact]
    public async Task One_key_in_one_batch_and_from_several_Database_objects_at_once_runs_once()
    {
        await using Databases other = _store.Again();
        (long Result, bool Replayed)[] all = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            Task.Run(() => Run("a", "key", "x", n % 2 == 0 ? _store.Central : other.Central))));
        Assert.Single(all, one => !one.Replayed);
        Assert.Single(all.Select(one => one.Result).Distinct());
        Assert.Equal(1, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task Old_keys_of_others_go_when_new_ones_come()
    {
        for (int n = 0; n < 30; n++)
            await Run("a", $"key-{n}", "x");
        await Elapse(Day + Moment);
        for (int n = 0; n < 5; n++)
            await Run("b", $"key-{n}", "x");
        Assert.Equal(5, await _store.Central.Read(c => c.First<long>("SELECT count(*) FROM idempotency_keys")));
    }

    [Fact]
    public async Task A_key_that_cannot_be_kept_is_refused()
    {
        foreach ((string key, string code) in new[] { ("", ErrorCodes.InvalidArgument), ("a\0b", ErrorCodes.InvalidText), ("\ud800", ErrorCodes.InvalidText) })
            Assert.Equal(code, (await Assert.ThrowsAsync<AgentCraftException>(() => Run("a", key, "x"))).Code);
        Assert.Equal(0, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task A_key_may_have_200_characters_and_no_more()
    {
        await Run("a", new string('k', 200), "x");
        Assert.Equal(ErrorCodes.InvalidArgument, (await Assert.ThrowsAsync<AgentCraftException>(() => Run("a", new string('k', 201), "x"))).Code);
    }

    /// <summary>Time passes. That of a database cannot be moved, so what is stored there grows old instead.</summary>
    private async Task Elapse(TimeSpan time)
    {
        _time.Advance(time);
        if (_store.Project.Store is not null)
            await _store.Central.Write(c => c.Execute("UPDATE idempotency_keys SET boot_ms = boot_ms - @Elapsed", new { Elapsed = (long)time.TotalMilliseconds }));
    }

    private static IdempotencyKeys Keys => new();

    private Task<(long Result, bool Replayed)> Run(string agent, string? key, string arguments, Database? database = null) =>
        (database ?? _store.Central).Write(c => Keys.Run(c, agent, key, arguments, TextType, NumberType, () => Rows.Append(c, "w", Interlocked.Increment(ref _runs))));
}
