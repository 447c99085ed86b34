using System.Diagnostics;
using System.Text;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>One shell in a project, with the tested server on its PATH as <c>agentcraft</c>, that keeps what a page sets from one command to the next.</summary>
internal sealed class GuideShell : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _shell;
    private readonly List<string> _servers = [];
    private int _commands;

    public GuideShell(string folder)
    {
        Root = Directory.CreateDirectory(Path.Combine(folder, "project")).FullName;
        string bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName, shim = Path.Combine(bin, "agentcraft");
        File.WriteAllText(shim, $"#!/bin/sh\nexec '{ServerExecutable.Path}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ProcessStartInfo start = new("/bin/bash", ["--noprofile", "--norc", "-s"]) { WorkingDirectory = Root, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("AGENTCRAFT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        start.Environment["NO_COLOR"] = "1";
        _shell = Process.Start(start)!;
    }

    /// <summary>The project that the page is about.</summary>
    public string Root { get; }

    /// <summary>Whether a server of the page listens.</summary>
    public bool Serves => _servers.Count > 0;

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it printed, on either stream, and its exit code.</returns>
    public async Task<(string Output, int ExitCode)> Run(string command)
    {
        string file = Path.Combine(Root, "..", $"output-{++_commands}");
        await _shell.StandardInput.WriteAsync($"{{\n{command}\n}} >'{file}' 2>&1 </dev/null; echo \"done {_commands} $?\"\n");
        await _shell.StandardInput.FlushAsync();
        using CancellationTokenSource limit = new(Limit);
        try
        {
            while (await _shell.StandardOutput.ReadLineAsync(limit.Token) is { } line)
                if (line.StartsWith($"done {_commands} ", StringComparison.Ordinal))
                    return (await File.ReadAllTextAsync(file, limit.Token), int.Parse(line.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (OperationCanceledException)
        {
            throw new GuideException($"'{command}' did not end within {Limit.TotalSeconds} s: only 'agentcraft serve' may go on.");
        }
        throw new GuideException($"The shell ended at '{command}'.");
    }

    /// <summary>Starts a server that goes on until the page ends, and waits until it listens.</summary>
    public async Task<string> Serve(string command)
    {
        string log = Path.Combine(Root, "..", $"server-{_servers.Count}");
        (string pid, _) = await Run($"{command} >'{log}' 2>'{log}.err' & echo $!");
        _servers.Add(pid.Trim());
        await Eventually.Become(async () => File.Exists(log) && (await File.ReadAllTextAsync(log)).Contains("Ctrl+C ends it.", StringComparison.Ordinal), TimeSpan.FromSeconds(30), $"'{command}' to listen");
        return await File.ReadAllTextAsync(log);
    }

    /// <summary>Ends the servers, by their process ids, and demands that they end well.</summary>
    public async Task EndServers()
    {
        foreach (string pid in _servers)
            if (await Run($"kill {pid} && wait {pid}") is { ExitCode: not 0 } end)
                throw new GuideException($"A server of the page ended with exit code {end.ExitCode}. {end.Output}");
        _servers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string pid in _servers)
            await _shell.StandardInput.WriteLineAsync($"kill {pid}");
        _shell.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        await _shell.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_shell.HasExited)
            _shell.Kill(entireProcessTree: true);
        _shell.Dispose();
    }
}
