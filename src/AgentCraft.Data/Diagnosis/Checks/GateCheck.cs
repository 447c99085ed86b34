using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Whether all servers go through the same gate: one whose gate file was deleted holds another than those that came later.</summary>
internal sealed class GateCheck : ICheck
{
    public string Name => "gates";

    public string Title => "Gates";

    public bool AppliesTo(Premises premises) => premises.IsFiles && premises.HasStore;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        if (!premises.Around.Processes.IsKnown)
            return Task.FromResult(new Seen("not known on this system"));
        Dictionary<string, StoreFile> gates = premises.Files().ToDictionary(file => file.Path + ".gate");
        List<Finding> findings = [];
        HashSet<int> users = [];
        foreach (IGrouping<string, OpenedFile> gate in premises.Around.Processes.Opened(gates.ContainsKey).ToList().GroupBy(open => open.Path))
        {
            users.UnionWith(gate.Select(open => open.Pid));
            FileIdentity now = FileIdentity.Of(gate.Key);
            int[] astray = [.. gate.Where(open => open.Identity != now && open.Identity != default).Select(open => open.Pid).Distinct().Order()];
            // Opened again by now, or ended.
            if (astray.Length > 0 && FileIdentity.Of(gate.Key) == now)
                findings.Add(Finding.Error($"{premises.Shown(gate.Key)} was deleted or replaced while {(astray.Length == 1 ? "process" : "processes")} {string.Join(", ", astray)} had it open: {(now == default ? "the next server makes another one" : "others use another one")}.",
                    "Two servers may then write at the same time, which can damage the file. Those that use the old gate have to end; their clients start them again.", $"kill {string.Join(' ', astray)}"));
        }
        return Task.FromResult(new Seen(users.Count == 0 ? "no process has the store open" : $"{users.Count} {(users.Count == 1 ? "process has" : "processes have")} the store open", findings));
    }
}
