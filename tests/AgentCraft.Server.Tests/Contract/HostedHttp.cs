using System.Text;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// What <c>agentcraft serve --http</c> runs, on a real port but in this process: starting one costs a hundredth of what a process costs,
/// and each case of the contract needs its own. Whatever is about the process itself is tested with one (Http/, Crash/).
/// </summary>
internal static class HostedHttp
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public static async Task<HttpServer> Start(string root, Func<HttpSettings, HttpSettings>? with = null)
    {
        MemoryStream log = new();
        ILoggerFactory logs = StderrLogs.Create(() => Stream.Synchronized(log));
        CancellationTokenSource stopping = new();
        Stores stores = Roots.OpenStores(root, new StoreOptions(TestStore.Of(root) ?? ""), logs);
        TaskCompletionSource<Uri> started = new();
        Task run = HttpServing.Serve(
            stores, (with ?? (settings => settings))(stores.Settings.Http) with { Url = "http://127.0.0.1:0" }, new ToolOptions("all"), started.SetResult, logs, stopping);
        await Task.WhenAny(run, started.Task).WaitAsync(StartLimit);
        if (!started.Task.IsCompleted)
            await run;
        return HttpServer.Hosted(await started.Task, () => Encoding.UTF8.GetString(log.ToArray()), Stop);

        async Task Stop()
        {
            await stopping.CancelAsync();
            await run;
            await stores.DisposeAsync();
            logs.Dispose();
        }
    }
}
