using System.Collections.Concurrent;
using System.Diagnostics;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class WaitUnderFireTests(ITestOutputHelper output)
{
    private const int Waiters = 4, Posters = 8;
    private static int Posts => Quantity.Many(1_000, 10_000);
    private static int Kills => Quantity.Many(6, 40);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(Quantity.Of(60, 420));

    [Fact]
    public async Task Waiters_that_follow_by_cursor_get_every_message_once_while_posters_are_killed()
    {
        Random random = new(Seeds.Next(output));
        using TemporaryProject project = new();
        using CancellationTokenSource end = new(Limit);
        await using Crowd waiters = await Crowd.Start(project.Root, "waiter", Waiters);
        await using Crowd posters = await Crowd.Start(project.Root, "poster", Posters);
        int[] addressees = [.. Enumerable.Range(0, Posts).Select(_ => random.Next(Waiters))];
        CursorReader[] readers = await Task.WhenAll(waiters.Servers.Select(Follow));
        // The same mail from the same cursor, by another process at the same time: who waits takes nothing away.
        CursorReader[] others = [.. readers.Select((reader, i) => new CursorReader(waiters.Servers[(i + 1) % Waiters], reader.Agent, reader.Cursor))];

        long start = Stopwatch.GetTimestamp();
        ConcurrentDictionary<string, Post> posted = new();
        Task killing = new Killer(random, posters.Servers).Run(Kills, () => posted.Count, Posts, end.Token);
        IEnumerable<Task> waiting = readers.Concat(others).Select((reader, i) => reader.Wait(addressees.Count(to => to == i % Waiters), end.Token));
        await FailFast.WhenAll([killing, .. waiting, .. posters.Servers.Select((_, i) => PostAll(posters, i, addressees, posted, end.Token))]);

        output.WriteLine($"{posted.Count} posts by {Posters} processes in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {posters.Kills} of them killed; "
            + $"from the post's answer to the wait's answer: {Percentiles.Describe(readers.SelectMany(reader => Lags(reader, posted)))}");
        for (int i = 0; i < Waiters; i++)
        {
            await AssertComplete(readers[i], waiters.Servers[i], [.. posted.Values.Where(post => post.To == i)], end.Token);
            Assert.Equal(readers[i].Ids, others[i].Ids);
        }
    }

    private static async Task<CursorReader> Follow(MortalServer waiter) =>
        new(waiter, waiter.Agent, (await waiter.Started).GetText("cursor"));

    private static async Task PostAll(
        Crowd posters, int poster, int[] addressees, ConcurrentDictionary<string, Post> posted, CancellationToken cancellation)
    {
        MortalServer server = posters.Servers[poster];
        for (int i = poster; i < addressees.Length; i += Posters)
        {
            Answered post = await server.Call("log_message", new
            {
                from = server.Agent,
                to = $"waiter-{addressees[i] + 1}",
                content = $"post {i}",
                idempotencyKey = $"post-{i}",
            }, cancellation);
            string id = post.Answer.GetText("messages.0.id");
            Assert.True(posted.TryAdd(id, new(id, addressees[i], post.Attempts == 1 ? post.Answer.ReceivedAt : null)));
        }
    }

    private static IEnumerable<double> Lags(CursorReader reader, ConcurrentDictionary<string, Post> posted) => reader.Ids
        .Zip(reader.SeenAt, (id, seen) => posted[id].AnsweredAt is { } answered ? Stopwatch.GetElapsedTime(answered, seen).TotalMilliseconds : (double?)null)
        .OfType<double>();

    private static async Task AssertComplete(CursorReader reader, MortalServer server, Post[] posts, CancellationToken cancellation)
    {
        Assert.Equal(posts.Select(post => post.Id).Order(), reader.Ids.Order());
        Answered rest = await server.Call("wait_for_messages", new { agent = server.Agent, cursor = reader.Cursor, timeoutSeconds = 0 }, cancellation);
        Assert.True(rest.Answer.Get<bool>("timedOut"));
        // Nothing was consumed: from the beginning it is all there again, in the same order.
        CursorReader again = new(server, server.Agent);
        await again.Wait(posts.Length, cancellation);
        Assert.Equal(reader.Ids, again.Ids);
    }

    /// <summary>A message that was acknowledged: whose, and when unless its first call was lost.</summary>
    private sealed record Post(string Id, int To, long? AnsweredAt);

    /// <summary>Servers of several clients, each with an agent of its own.</summary>
    private sealed class Crowd(IReadOnlyList<MortalServer> servers) : IAsyncDisposable
    {
        public IReadOnlyList<MortalServer> Servers => servers;

        public int Kills => servers.Sum(server => server.Kills);

        public static async Task<Crowd> Start(string root, string name, int count)
        {
            Crowd crowd = new([.. Enumerable.Range(1, count).Select(i => new MortalServer(root, $"{name}-{i}"))]);
            await Task.WhenAll(crowd.Servers.Select(server => server.Started));
            return crowd;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (MortalServer server in servers)
                await server.DisposeAsync();
        }
    }
}
