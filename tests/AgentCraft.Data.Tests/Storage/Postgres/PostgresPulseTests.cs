using System.Collections.Concurrent;
using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>Waking across servers: one NOTIFY a batch while somebody listens, none else, and nothing missed when the connection breaks.</summary>
public sealed class PostgresPulseTests : PostgresTests
{
    [Fact]
    public async Task Who_waits_on_one_server_is_woken_by_a_commit_on_another()
    {
        Databases waiting = Open();
        using ChangeSignal.Listener listener = await Listening(waiting, "ann");
        long begin = Stopwatch.GetTimestamp();
        Task woken = listener.Wait(Limit, CancellationToken.None);
        await Pulse(Two, "Ann");
        await woken;
        Assert.True(Stopwatch.GetElapsedTime(begin) < waiting.Signals.Recheck, "woken, not grown tired of waiting");
    }

    [Fact]
    public async Task Nobody_is_notified_when_nobody_waits_and_once_a_batch_when_somebody_does()
    {
        ConcurrentQueue<string> heard = new();
        await using NpgsqlConnection ear = await Outside();
        ear.Notification += (_, notification) => heard.Enqueue(notification.Payload);
        await Run(ear, $"LISTEN \"agentcraft_{Schema}\"");
        await Pulse(Two, "ann");
        await Run(ear, "SELECT 1");
        Assert.Empty(heard);

        Databases waiting = Open();
        using ChangeSignal.Listener listener = await Listening(waiting, "ann");
        using ManualResetEventSlim begun = new(), goOn = new();
        Task<int> first = One.Write(c => { begun.Set(); return goOn.Wait(Limit) ? 0 : 1; });
        Assert.True(begun.Wait(Limit));
        Task[] batch = [.. Enumerable.Range(0, 5).Select(n => Pulse(One, $"agent-{n}"))];
        goOn.Set();
        await Task.WhenAll([first, .. batch]);
        await Run(ear, "SELECT 1");
        Assert.Equal("agent-0 agent-1 agent-2 agent-3 agent-4", Assert.Single(heard));
    }

    [Fact]
    public async Task After_nobody_has_waited_for_a_while_commits_are_quiet_again()
    {
        Databases waiting = Open();
        (await Listening(waiting, "ann")).Dispose();
        await Eventually.Become(async () => !await SomebodyListens(), Limit, "the listening connection is given up");
        using ChangeSignal.Listener again = await Listening(waiting, "ann");
    }

    [Fact]
    public async Task A_broken_listening_connection_is_made_anew_and_what_came_meanwhile_is_found()
    {
        Databases waiting = Open(address => address.ApplicationName = Application);
        using ChangeSignal.Listener listener = await Listening(waiting, "ann");
        await TerminateAll();
        // Woken by the break itself, to look again.
        await listener.Wait(Limit, CancellationToken.None);
        await Eventually.Become(async () => await SomebodyListens() && waiting.Signals.Recheck > TimeSpan.FromSeconds(1), Limit, "somebody listens again");
        await listener.Wait(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        Task woken = listener.Wait(Limit, CancellationToken.None);
        await Pulse(Two, "ann");
        await woken.WaitAsync(waiting.Signals.Recheck);
    }

    [Fact]
    public async Task More_names_than_a_notification_can_carry_wake_everybody()
    {
        Databases waiting = Open();
        using ChangeSignal.Listener listener = await Listening(waiting, "zoe");
        Task woken = listener.Wait(Limit, CancellationToken.None);
        await Two.Write(c =>
        {
            foreach (int n in Enumerable.Range(0, 300))
                c.PulseAfterCommit($"an-agent-with-a-rather-long-name-{n}");
            return 0;
        });
        await woken.WaitAsync(waiting.Signals.Recheck);
    }

    private static Task Pulse(Database database, string name) => database.Write(c =>
    {
        c.PulseAfterCommit(name);
        return 0;
    });

    private async Task<ChangeSignal.Listener> Listening(Databases databases, string name)
    {
        ChangeSignal.Listener listener = databases.Signals.Listen(name);
        await Eventually.Become(async () => await SomebodyListens() && databases.Signals.Recheck > TimeSpan.FromSeconds(1), Limit, "the server listens");
        // Being connected wakes, too.
        await listener.Wait(Limit, CancellationToken.None);
        return listener;
    }

    private Task<bool> SomebodyListens() => Ask<bool>($"""
        SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock'
                       AND (classid::bigint << 32 | objid::bigint) = hashtextextended('agentcraft/{Schema}//listening', 0))
        """);

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
