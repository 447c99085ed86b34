using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using AgentCraft.Data.Installation;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Cli;

/// <summary>What came of starting a server as a client would.</summary>
/// <param name="Entry">How it was started.</param>
/// <param name="Version">What it says it is; null when it failed.</param>
/// <param name="Tools">How many tools it has.</param>
/// <param name="Failure">Why not; null when it did.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record ServerProof(ServerEntry Entry, string? Version, int Tools, string? Failure, string? Next)
{
    private const int LastLines = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20), LastWordsLimit = TimeSpan.FromSeconds(2);

    /// <summary>Starts it in the project, shakes hands, asks for its tools, and ends it.</summary>
    public static async Task<ServerProof> Of(ServerEntry entry, string root, CancellationToken cancellationToken)
    {
        entry = entry.In(root);
        if (ProgramPath.Find(entry.Command, root) is not { } program)
            return Failed(entry, $"there is no program '{entry.Command}'{(Path.IsPathRooted(entry.Command) ? "" : " on the PATH")}",
                "Put it there, or name another with --force --command, for example the path of this program.");
        StringBuilder log = new();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        Process? process = null;
        try
        {
            process = Start(program, entry, root, log);
            StreamClientTransport transport = new(process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
            await using McpClient client = await Connect(process, McpClient.CreateAsync(transport, new() { ClientInfo = new() { Name = "agentcraft-install", Version = Hosting.ServerOptions.Version } }, cancellationToken: limit.Token));
            int tools = (await client.ListToolsAsync(cancellationToken: limit.Token)).Count;
            return new(entry, $"{client.ServerInfo?.Name} {client.ServerInfo?.Version}", tools, null, null);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or McpException or InvalidOperationException or System.Text.Json.JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Its streams end a moment before it does; its exit code and last words are worth that moment.
            if (process is not null && failure is not OperationCanceledException)
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(LastWordsLimit, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            string why = failure is OperationCanceledException ? $"it gave no answer within {Limit.TotalSeconds:0} s" : process is { HasExited: true } ? $"it ended with exit code {process.ExitCode}" : failure.Message.TrimEnd('.');
            return Failed(entry, why + LastWords(log), "Run that command in a terminal, and agentcraft doctor.");
        }
        finally
        {
            await End(process);
        }
    }

    private static ServerProof Failed(ServerEntry entry, string why, string next) => new(entry, null, 0, why, next);

    /// <summary>Whose server has ended waits for nothing.</summary>
    private static async Task<McpClient> Connect(Process process, Task<McpClient> connecting)
    {
        Task ended = process.WaitForExitAsync();
        if (await Task.WhenAny(connecting, ended) == ended && !connecting.IsCompletedSuccessfully)
        {
            process.WaitForExit();
            throw new IOException("it ended");
        }
        return await connecting;
    }

    private static Process Start(string program, ServerEntry entry, string root, StringBuilder log)
    {
        Process process = new()
        {
            StartInfo = new(program, entry.Args)
            {
                WorkingDirectory = entry.Directory is { } directory ? Path.GetFullPath(directory, root) : root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        // What a client takes from elsewhere, an input that it asks for for instance, only it can fill in.
        foreach ((string name, string value) in entry.Environment)
            if (!value.Contains("${", StringComparison.Ordinal))
                process.StartInfo.Environment[name] = value;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
                log.AppendLine(line.Data);
        };
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }

    private static string LastWords(StringBuilder log)
    {
        lock (log)
            return log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } lines ? $"; it said:\n    {string.Join("\n    ", lines.TakeLast(LastLines))}" : "";
    }

    private static async Task End(Process? process)
    {
        if (process is null)
            return;
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }
}
