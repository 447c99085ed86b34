using System.Globalization;
using AgentCraft.Benchmarks.Inside;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

// [--quick] [FILE]: measures, prints a table, and writes to the file a line for each benchmark: its name, bytes allocated, and the
// microseconds of each iteration, parted by tabs.
bool quick = args.Contains("--quick");
Job job = (quick ? Job.Dry : Job.Default.WithWarmupCount(4).WithIterationCount(12).WithIterationTime(TimeInterval.FromMilliseconds(250))).WithToolchain(InProcessEmitToolchain.Instance);
string results = Directory.CreateTempSubdirectory("ac-").FullName;
IConfig config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default).WithArtifactsPath(results);
Summary summary = BenchmarkRunner.Run<HotPaths>(config);
Directory.Delete(results, recursive: true);
if (args.LastOrDefault(argument => argument != "--quick") is { } file)
    File.WriteAllLines(file, summary.Reports.Select(Line));
return summary.Reports.Length > 0 && summary.Reports.All(report => report.Success) ? 0 : 1;

static string Line(BenchmarkReport report) => string.Join('\t',
[
    report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
    $"{report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0}",
    .. report.AllMeasurements.Where(measurement => measurement is { IterationMode: IterationMode.Workload, IterationStage: IterationStage.Result })
        .Select(measurement => (measurement.Nanoseconds / measurement.Operations / 1000).ToString("0.###", CultureInfo.InvariantCulture)),
]);
