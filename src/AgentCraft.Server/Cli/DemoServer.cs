using System.Diagnostics;

namespace AgentCraft.Server.Cli;

/// <summary>A stdio server of the demo: this program once more, as a child process.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private DemoServer(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>Starts it on the project.</summary>
    public static DemoServer Start(string root)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Started as "dotnet agentcraft.dll", the process is the host and needs to be told the program again.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (string argument in new[] { "serve", "--stdio", "--root", root })
            start.ArgumentList.Add(argument);
        // Whatever store a team has set: the demo plays in files of its own.
        start.Environment.Remove(Roots.StoreVariable);
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new(process);
    }

    /// <summary>Ends it as its client's end would: no more input.</summary>
    public async ValueTask DisposeAsync()
    {
        Process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        await Process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Process.Dispose();
    }
}
