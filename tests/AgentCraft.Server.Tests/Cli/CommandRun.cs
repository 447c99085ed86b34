using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary>The executable as a person calls it: its answer, its complaints, its exit code.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs it in this directory to its end, with nothing on standard input.</summary>
    public static Task<CommandRun> Of(string directory, params string[] arguments) => WithInput(null, directory, arguments);

    /// <summary>The same, with this on standard input.</summary>
    public static async Task<CommandRun> WithInput(string? input, string directory, params string[] arguments)
    {
        using Process process = Start(directory, arguments);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Starts it with pipes on all its streams; whoever calls ends it.</summary>
    public static Process Start(string directory, params string[] arguments) => StartProgram(ServerExecutable.Path, directory, arguments);

    /// <summary>The same, for SIGINT: whoever runs the tests in the background may have had them ignore it, and a child inherits that.</summary>
    public static Process StartInterruptible(string directory, params string[] arguments) => OperatingSystem.IsLinux()
        ? StartProgram("/usr/bin/env", directory, ["--default-signal=INT", ServerExecutable.Path, .. arguments]) : Start(directory, arguments);

    private static Process StartProgram(string program, string directory, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach ((string name, string? value) in TestStore.EnvironmentOf(directory))
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
