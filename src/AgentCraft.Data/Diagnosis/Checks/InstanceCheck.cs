using AgentCraft.Data.Instances;
using AgentCraft.Data.Paths;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Workspaces whose metadata cannot be used, and instances that should have a process and have none.</summary>
internal sealed class InstanceCheck : ICheck
{
    public string Name => "instances";

    public string Title => "Instances";

    public bool AppliesTo(Premises premises) => true;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        List<InstanceScan.Found> all = new InstanceScan(new ProjectTree(premises.Root)).All();
        InstanceReport report = InstanceReport.Of(all);
        List<Finding> findings = [];
        string next = premises.Command("doctor --reindex");
        foreach (BrokenInstance broken in report.Broken.Take(20))
            findings.Add(Finding.Warning($"{broken.Directory}: {broken.Fault}", "The instance cannot be used. Its metadata file is moved aside; what lies beside it stays.", next));
        foreach (Instance gone in all.Select(one => one.Reading.File?.Instance).OfType<Instance>().Where(one => InstanceSteps.HasProcess(one.State) && one.Pid is not null && !RunningProcess.IsAlive(one)).Take(20))
            findings.Add(Finding.Warning($"{gone.Name} is {gone.State}, and its process {gone.Pid} is gone.", "Others wait for an agent that does nothing.", next));
        return Task.FromResult(new Seen(report.Total == 0 ? "none" : $"{report.Total} ({string.Join(", ", report.States.Select(state => $"{state.Value} {state.Key}"))})", findings));
    }
}
