using System.ComponentModel;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AgentCraft.Testing;

/// <summary>A fact, a row of a theory or a theory whose rows are known only when it runs: on PostgreSQL, or skipped where there is none.</summary>
public sealed class PostgresTestCase : XunitTestCase
{
    private const string Mark = " on PostgreSQL";

    /// <summary>For xunit, which fills it in.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the de-serializer")]
    public PostgresTestCase()
    {
    }

    /// <summary>What <paramref name="found"/> is on SQLite.</summary>
    public PostgresTestCase(IMessageSink diagnostics, ITestCase found)
        : base(diagnostics, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, found.TestMethod, found.TestMethodArguments) =>
        SourceInformation = found.SourceInformation;

    private bool IsWholeTheory => TestMethodArguments is null && TestMethod.Method.GetCustomAttributes(typeof(TheoryAttribute)).Any();

    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments,
        ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        Engines.Current = Engine.Postgres;
        return IsWholeTheory
            ? await new XunitTheoryTestCaseRunner(this, DisplayName, SkipReason, constructorArguments, diagnosticMessageSink, messageBus, aggregator, cancellationTokenSource).RunAsync()
            : await base.RunAsync(diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource);
    }

    /// <inheritdoc/>
    protected override void Initialize()
    {
        base.Initialize();
        Traits["Engine"] = ["postgres"];
    }

    /// <inheritdoc/>
    protected override string GetDisplayName(IAttributeInfo factAttribute, string displayName) => base.GetDisplayName(factAttribute, displayName) + Mark;

    /// <inheritdoc/>
    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute) ?? Need.Missing(Need.Postgres, "the test keeps its rows there.")!;

    /// <inheritdoc/>
    protected override string GetUniqueID() => base.GetUniqueID() + Mark;
}
