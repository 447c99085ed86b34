using System.Runtime.InteropServices;
using AgentCraft.Benchmarks;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tools;

// How this program is started by itself: the product's server with an empty tool in its catalogue, over stdio and over HTTP.
if (args is [EmptyTools.ServeCommand, var root])
    return await StdioServing.Run(new(root, new()), ToolCatalog.Of(() => new EmptyTools()));
if (args is [EmptyHttp.ServeCommand, var served])
    return await EmptyHttp.Run(served);

// And a raw program on a file.
if (args is [RawWorker.Command, var file])
    return RawWorker.Run(file);

if (Options.TryParse(args, Console.Error) is not { } options)
    return 2;
Report report = new(options.Quick);
using Bench bench = await Bench.Prepare(options, report);
using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => bench.Abandon()), terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => bench.Abandon());
foreach ((string name, Func<Bench, Task> run) in Options.Benchmarks.Where(benchmark => options.Names.Contains(benchmark.Name)))
    await report.Run(name, () => run(bench));
return report.Finish(options) ? 0 : 1;
