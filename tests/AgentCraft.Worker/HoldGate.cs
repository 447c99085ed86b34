using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>Takes the gate of a file and keeps it until the end of stdin.</summary>
internal static class HoldGate
{
    public static async Task<int> Run(string file)
    {
        using WriteGate gate = new(file);
        gate.Enter();
        Say.Line("held");
        await Say.Ended();
        gate.Exit();
        return 0;
    }
}
