using AgentCraft.Benchmarks;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tools;

// How this program is started by itself: the product's server with an empty tool in its catalogue.
if (args is [EmptyTools.ServeCommand, var root])
    return await StdioServing.Run(new(root, new()), ToolCatalog.Of(() => new EmptyTools()));

if (args is [EmptyHttp.ServeCommand, var served])
    return await EmptyHttp.Run(served);

// And the other one: a raw program on a file.
if (args is [RawWorker.Command, var file])
    return RawWorker.Run(file);

if (Options.TryParse(args, Console.Error) is not { } options)
    return 2;
Report report = new(options.Quick);
using Bench bench = await Bench.Prepare(options, report);
foreach ((string name, Func<Bench, Task> run) in Options.Benchmarks.Where(benchmark => options.Names.Contains(benchmark.Name)))
{
    report.Begin(name);
    await run(bench);
    report.End();
}
report.Finish(options);
return 0;
