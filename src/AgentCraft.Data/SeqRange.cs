namespace AgentCraft.Data;

/// <summary>From one row number to another, both included; empty when the first is greater.</summary>
internal sealed class SeqRange
{
    public long Low { get; init; }
    public long High { get; init; }
}
