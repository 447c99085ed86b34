using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>A server whose git hangs, asks, chatters, crashes or is not there: hand-overs are made all the same, and nothing is left running.</summary>
public sealed class HangingGitTests : IAsyncLifetime
{
    // Not a measurement: one look at git takes at most a second and a half, and nobody looks five times.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private readonly TemporaryProject _project = new();

    private string Programs => _project.PathOf("bin");

    private string Root => _project.PathOf("work");

    private string Started => _project.PathOf("started");

    public Task InitializeAsync()
    {
        Directory.CreateDirectory(Programs);
        Directory.CreateDirectory(Path.Combine(Root, ".git"));
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        _project.Dispose();
        return Task.CompletedTask;
    }

    [RequiresTheory(Need.Unix, "it writes shell scripts")]
    [InlineData("hangs", "exec sleep 600", "git did not answer in time")]
    [InlineData("hangs in a child that keeps its output", "sleep 600 & wait", "git did not answer in time")]
    [InlineData("asks", "echo 'Password:' >&2; read answer; read answer </dev/tty; echo $answer; exit 1", "git refuses: Password:")]
    [InlineData("chatters", "while :; do echo yes; done", "")]
    [InlineData("complains without end", "while :; do echo no >&2; done", "git did not answer in time")]
    [InlineData("ignores to be asked", "trap '' TERM INT HUP; while :; do sleep 1; done", "git did not answer in time")]
    [InlineData("crashes", "kill -9 $$", "git refuses:")]
    [InlineData("says nothing", "exit 0", "the directory is outside of the repository's work tree")]
    [InlineData("speaks of something else", "printf 'true\\nfalse\\n\\n'; exit 0", "")]
    public async Task A_hand_over_is_made_although_git(string does, string script, string reason)
    {
        File.WriteAllText(Path.Combine(Programs, "git"), $"#!/bin/sh\necho $$ >> '{Started}'\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(Programs, "git"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using StdioServer server = await Connect($"{Programs}:/usr/bin:/bin");
        string id = await HandOver(server, reason);
        Stopwatch clock = Stopwatch.StartNew();
        foreach ((string tool, object arguments) in new (string, object)[]
        {
            ("get_handover", new { agent = "bob" }), ("validate_handover", new { agent = "bob", id }), ("analyze_session", new { agent = "bob" }), ("recommend_next", new { agent = "bob" }), ("start_session", new { agent = "bob" }),
        })
        {
            clock.Restart();
            (await server.Call(tool, arguments)).Succeeded();
            Assert.True(clock.Elapsed < Limit, $"{tool} took {clock.Elapsed} with a git that {does}");
        }
        foreach (string pid in File.ReadAllLines(Started))
            await Eventually.Become(() => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), TimeSpan.FromSeconds(20), $"the end of git {pid}, which {does}");
    }

    [Requires(Need.Unix, "it takes PATH apart")]
    public async Task A_hand_over_is_made_without_git()
    {
        await using StdioServer server = await Connect(Programs);
        await HandOver(server, "git is not installed");
    }

    private Task<StdioServer> Connect(string path) => StdioServer.Connect(Root, ["--toolsets", "all"], new Dictionary<string, string?>
    {
        ["PATH"] = path, ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? Path.GetDirectoryName(Environment.ProcessPath),
    });

    private static async Task<string> HandOver(StdioServer server, string reason)
    {
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        (await server.Call("start_session", new { agent = "bob" })).Succeeded();
        Stopwatch clock = Stopwatch.StartNew();
        ToolAnswer created = await server.Call("create_handover", new
        {
            agent = "alice",
            publish = true,
            sections = new Dictionary<string, string> { ["Goal"] = "Ship the parser.", ["Current state"] = "As of `1a2b3c4d5e` and `f00ba47`.", ["Next steps"] = "- [ ] Release it." },
        });
        Assert.True(clock.Elapsed < Limit, $"create_handover took {clock.Elapsed}");
        Assert.Equal("published", created.GetText("status"));
        Assert.Contains(reason.Length == 0 ? "## From git" : $"Not known: {reason}", created.GetText("content"), StringComparison.Ordinal);
        return created.GetText("id");
    }
}
