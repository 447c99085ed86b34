using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AgentCraft.Testing;

/// <summary>
/// xunit, but for one thing: plain facts and theories of a class that is <see cref="OnEveryEngineAttribute"/> become two test cases,
/// one an engine, and those of one that is <see cref="OnPostgresAttribute"/> become that of PostgreSQL. A test assembly says
/// <c>[assembly: TestFramework("AgentCraft.Testing.EngineTestFramework", "AgentCraft.Testing")]</c>.
/// </summary>
public sealed class EngineTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new EngineDiscoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new EngineExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}

/// <summary>Looks for tests as xunit does, and hands on what the engines make of them.</summary>
internal sealed class EngineDiscoverer(IAssemblyInfo assembly, ISourceInformationProvider source, IMessageSink diagnostics)
    : XunitTestFrameworkDiscoverer(assembly, source, diagnostics)
{
    protected override bool FindTestsForMethod(
        ITestMethod testMethod, bool includeSourceInformation, IMessageBus messageBus, ITestFrameworkDiscoveryOptions discoveryOptions) =>
        base.FindTestsForMethod(testMethod, includeSourceInformation, new EngineBus(messageBus, EnginesOf(testMethod), DiagnosticMessageSink), discoveryOptions);

    // The method's own word counts for more than its class's, and a class's for more than its base's.
    private static Engine[] EnginesOf(ITestMethod test)
    {
        if (Said(test.Method.ToRuntimeMethod()) is { } own)
            return own;
        for (Type? type = test.TestClass.Class.ToRuntimeType(); type is not null; type = type.BaseType)
            if (Said(type) is { } said)
                return said;
        return [Engine.Sqlite];
    }

    private static Engine[]? Said(MemberInfo member) =>
        member.IsDefined(typeof(OnEveryEngineAttribute), inherit: false) ? [Engine.Sqlite, Engine.Postgres]
        : member.IsDefined(typeof(OnPostgresAttribute), inherit: false) ? [Engine.Postgres]
        : member.IsDefined(typeof(OnSqliteAttribute), inherit: false) ? [Engine.Sqlite]
        : null;

    /// <summary>Passes each discovered case on once for each engine.</summary>
    private sealed class EngineBus(IMessageBus next, Engine[] engines, IMessageSink diagnostics) : IMessageBus
    {
        public bool QueueMessage(IMessageSinkMessage message) => message is not ITestCaseDiscoveryMessage { TestCase: IXunitTestCase found }
            ? next.QueueMessage(message)
            : engines.Select(engine => engine == Engine.Sqlite ? found : OnPostgres(found)).OfType<IXunitTestCase>()
                .Aggregate(true, (goOn, testCase) => next.QueueMessage(new TestCaseDiscoveryMessage(testCase)) && goOn);

        public void Dispose() => next.Dispose();

        // What cannot run at all, or is skipped by its row, is told once.
        private IXunitTestCase? OnPostgres(IXunitTestCase found) => found is not (ExecutionErrorTestCase or XunitSkippedDataRowTestCase)
            ? new PostgresTestCase(diagnostics, found)
            : engines.Length == 1 ? found : null;
    }
}

/// <summary>Finds tests by the same rules when it is asked to run all there are.</summary>
internal sealed class EngineExecutor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
    : XunitTestFrameworkExecutor(assembly, source, diagnostics)
{
    protected override ITestFrameworkDiscoverer CreateDiscoverer() => new EngineDiscoverer(AssemblyInfo, SourceInformationProvider, DiagnosticMessageSink);
}
