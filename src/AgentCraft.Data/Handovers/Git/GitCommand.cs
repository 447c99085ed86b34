using System.Diagnostics;
using System.Text;

namespace AgentCraft.Data.Handovers.Git;

/// <summary>
/// Runs git without a shell, bounded in time and output. Nothing that the repository configures may run: hooks, file system monitors,
/// filters, pagers, signature and diff programs are off, and nothing is fetched, locked or written.
/// </summary>
/// <param name="program">The absolute path of git.</param>
/// <param name="root">Where it runs.</param>
/// <param name="deadline">When all of it must be over.</param>
internal sealed class GitCommand(string program, string root, Deadline deadline)
{
    private static readonly string[] Kept = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES"];

    private static readonly Dictionary<string, string> Variables = new()
    {
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_NO_LAZY_FETCH"] = "1",
        ["GIT_ALLOW_PROTOCOL"] = "none",
        ["GIT_ATTR_NOSYSTEM"] = "1",
        ["GIT_PAGER"] = "cat",
        ["LC_ALL"] = "C",
    };

    private static readonly string[] Inert =
    [
        "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.untrackedCache=false", "core.pager=cat", "core.attributesFile=/dev/null", "core.quotePath=false",
        "log.showSignature=false", "log.mailmap=false", "status.renames=false", "diff.renames=false", "diff.ignoreSubmodules=all", "submodule.recurse=false",
        "protocol.allow=never", "color.ui=false", "i18n.logOutputEncoding=UTF-8", "gc.auto=0", "maintenance.auto=false",
    ];

    private readonly List<string> _off = [];

    /// <summary>Switches a program of the repository's configuration off for the commands that follow.</summary>
    public void SwitchOff(string setting) => _off.Add(setting);

    /// <summary>Runs a command; null when there was no time left, or it took too long.</summary>
    /// <param name="most">Bytes of output to keep; with more it is stopped.</param>
    /// <param name="atMost">How long it may take, if the deadline leaves that much.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="arguments">Its arguments.</param>
    public async Task<GitOutput?> Run(int most, TimeSpan atMost, string? input, params string[] arguments)
    {
        TimeSpan left = deadline.Left < atMost ? deadline.Left : atMost;
        if (left <= TimeSpan.Zero)
            return null;
        using Process process = new() { StartInfo = StartOf(arguments) };
        process.Start();
        using CancellationTokenSource limit = new(left);
        try
        {
            return await Talk(process, most, input, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            Stop(process);
        }
    }

    private static async Task<GitOutput> Talk(Process process, int most, string? input, CancellationToken limit)
    {
        Task<(byte[] Bytes, bool Cut)> output = Read(process.StandardOutput.BaseStream, most, limit);
        Task<(byte[] Bytes, bool Cut)> errors = Read(process.StandardError.BaseStream, 4096, limit);
        await Write(process, input, limit);
        (byte[] bytes, bool cut) = await output;
        if (cut)
            return new(0, bytes, IsCut: true, "");
        string error = Encoding.UTF8.GetString((await errors).Bytes);
        await process.WaitForExitAsync(limit);
        return new(process.ExitCode, bytes, IsCut: false, error);
    }

    private static async Task Write(Process process, string? input, CancellationToken limit)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input), limit);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all.
        }
    }

    private static async Task<(byte[] Bytes, bool Cut)> Read(Stream stream, int most, CancellationToken limit)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, limit)) > 0)
        {
            kept.Write(buffer, 0, Math.Min(read, most - (int)kept.Length));
            if (kept.Length >= most)
                return (kept.ToArray(), true);
        }
        return (kept.ToArray(), false);
    }

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile.
        }
    }

    private ProcessStartInfo StartOf(string[] arguments)
    {
        ProcessStartInfo start = new(program)
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string setting in Inert.Concat(_off))
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        // Started from a hook, we would have the variables that name that hook's repository.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.OrdinalIgnoreCase) && !Kept.Contains(name)).ToList())
            start.Environment.Remove(name);
        foreach ((string name, string value) in Variables)
            start.Environment[name] = value;
        return start;
    }
}

/// <summary>What a command wrote.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Bytes">Its output, up to the limit.</param>
/// <param name="IsCut">There was more.</param>
/// <param name="Error">The beginning of its messages.</param>
internal sealed record GitOutput(int ExitCode, byte[] Bytes, bool IsCut, string Error)
{
    /// <summary>The output, split where NUL characters are; one that was cut off in the middle is left out.</summary>
    public IReadOnlyList<string> Parts
    {
        get
        {
            string[] parts = Text.Split('\0');
            return parts[..^1];
        }
    }

    /// <summary>The output as text; bytes that are no UTF-8, as file names may have, become U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}

/// <summary>When something must be over.</summary>
internal sealed class Deadline(TimeSpan atMost)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>How much time is left; zero or less when none is.</summary>
    public TimeSpan Left => atMost - Stopwatch.GetElapsedTime(_start);
}
