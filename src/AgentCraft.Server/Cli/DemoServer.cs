using System.Diagnostics;
using System.Text.Json;

namespace AgentCraft.Server.Cli;

/// <summary>A server of the demo: this program once more, as a child process.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private DemoServer(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>A server for one client over its standard input and output.</summary>
    public static DemoServer StartStdio(string root) => Start("serve", "--stdio", "--root", root);

    /// <summary>A server for many clients; returns once it listens, with the URL of its MCP endpoint.</summary>
    public static async Task<(DemoServer Server, Uri Mcp)> StartHttp(string root, CancellationToken cancellationToken)
    {
        DemoServer server = Start("serve", "--http", "--url", "http://127.0.0.1:0", "--json", "--root", root);
        string? line = await server.Process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is null
            ? throw new InvalidOperationException("The HTTP server ended before it listened.")
            : (server, new Uri(JsonElement.Parse(line).GetProperty("url").GetString()!));
    }

    /// <summary>Ends it as its client's end would: no more input. An HTTP server, which reads none, is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited && Process.StartInfo.ArgumentList.Contains("--http"))
            Process.Kill();
        Process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        await Process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Process.Dispose();
    }

    private static DemoServer Start(params string[] arguments)
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
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new(process);
    }
}
