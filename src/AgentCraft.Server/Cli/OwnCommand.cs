using System.CommandLine.Parsing;
using System.Diagnostics;
using AgentCraft.Data;
using AgentCraft.Data.Installation;

namespace AgentCraft.Server.Cli;

/// <summary>The command by which clients are to start this program.</summary>
internal static class OwnCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What the caller gave; else the name, where that starts this very program or one of its version, because a configuration with it can
    /// be shared; else the path of what was started.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public static async Task<IReadOnlyList<string>> Of(string? given, CancellationToken cancellationToken)
    {
        if (given is not null)
            return Words(given);
        IReadOnlyList<string> started = Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
            ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "agentcraft.dll")] : [Environment.ProcessPath!];
        return ProgramPath.Find(ServerEntry.Name) is { } found && (ProgramPath.Same(found, Environment.ProcessPath!) || await VersionOf(found, cancellationToken) == Hosting.ServerOptions.Version)
            ? [ServerEntry.Name] : started;
    }

    /// <summary>It stands in no configuration that others could use, too.</summary>
    public static bool IsOfThisMachine(IReadOnlyList<string> command) => command.Any(Path.IsPathRooted);

    private static IReadOnlyList<string> Words(string given)
    {
        // A path may have blanks in it.
        string[] words = File.Exists(given) ? [given] : [.. CommandLineParser.SplitCommandLine(given)];
        return words.Length > 0 && words[0].Length > 0 ? words
            : throw new AgentCraftException(ErrorCodes.InvalidArgument, "--command is empty.", "Name the program and what goes before 'serve', as in --command 'dotnet /opt/agentcraft/agentcraft.dll'.");
    }

    private static async Task<string?> VersionOf(string program, CancellationToken cancellationToken)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            try
            {
                process.StandardInput.Close();
                string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return output.Trim().Split('+')[0];
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException or InvalidOperationException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
