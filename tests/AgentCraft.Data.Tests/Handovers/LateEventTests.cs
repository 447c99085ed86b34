using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>A hand-over is stored in the keeper's file and its event in the central one: what if that one is busy?</summary>
public sealed class LateEventTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryProject _project = new();
    private Stores _stores = null!, _other = null!;

    public async Task InitializeAsync()
    {
        _stores = new(_project.Root, new Settings { Sqlite = new() { WriteTimeout = 300 } }, TimeProvider.System);
        _other = new(_project.Root, new Settings(), TimeProvider.System);
        await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("ann") } });
        await Create("first", key: null);
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        await _other.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("key", true)]
    [InlineData(null, false)]
    public async Task Its_maker_may_call_again_where_that_stores_the_event_and_nothing_twice(string? key, bool mayRepeat)
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ManualResetEventSlim end = new();
        Task busy = Task.Run(() => _other.Databases.Central.Write(c =>
        {
            begun.SetResult();
            return end.Wait(Limit);
        }));
        await begun.Task.WaitAsync(Limit);
        AgentCraftException late = await Assert.ThrowsAsync<AgentCraftException>(() => Create("second", key));
        end.Set();
        await busy;
        Assert.Equal((ErrorCodes.StoreBusy, mayRepeat), (late.Code, late.Retryable));
        Assert.Contains("is stored, but not its event", late.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Events());
        if (!mayRepeat)
            return;
        Assert.True((await Create("second", key)).Replayed);
        Assert.Equal(2, await Events());
    }

    private Task<CreatedHandover> Create(string title, string? key) => _stores.Handovers.Create(new() { Author = "ann", Title = title }, key);

    private Task<long> Events() => _stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM session_events WHERE event_type = 'handover_created'"));
}
