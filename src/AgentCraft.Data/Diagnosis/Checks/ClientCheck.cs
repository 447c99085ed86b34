using System.Text.Json;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Configurations of MCP clients that name us, and whether what they name is there.</summary>
internal sealed class ClientCheck : ICheck
{
    public string Name => "clients";

    public string Title => "Clients";

    public bool AppliesTo(Premises premises) => true;

    public async Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        List<string> good = [];
        foreach (ClientFile file in ClientFile.All(premises))
        {
            IReadOnlyList<ClientEntry> entries;
            try
            {
                entries = file.Read(premises);
            }
            catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
            {
                findings.Add(Finding.Warning($"{premises.Shown(file.Path)} cannot be read{(failure is JsonException { LineNumber: { } line } ? $": it is no valid JSON (line {line + 1})" : $": {failure.Message}")}.",
                    $"{file.Client} starts no server from it.", $"{premises.Around.Variable("EDITOR") ?? "nano"} {Premises.Quoted(file.Path)}"));
                continue;
            }
            foreach (ClientEntry entry in entries)
                if (await Of(premises, entry) is { } finding)
                    findings.Add(finding);
                else
                    good.Add(premises.Shown(file.Path));
        }
        return new(good.Count + findings.Count == 0 ? "no configuration of a client names AgentCraft" : good.Count == 0 ? "none that works" : $"in order: {Premises.Some([.. good.Distinct()], 5)}", findings);
    }

    private static async Task<Finding?> Of(Premises premises, ClientEntry entry)
    {
        string edit = $"{premises.Around.Variable("EDITOR") ?? "nano"} {Premises.Quoted(entry.File.Path)}";
        string where = $"{premises.Shown(entry.File.Path)}: '{Text.Shown(entry.Name, 40)}'";
        if (entry.Url is { } address)
            return !Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")
                ? Finding.Error($"{where} has the address '{Text.Shown(address)}', which is none.", $"{entry.File.Client} cannot connect.", edit)
                : await premises.Around.Answers(url) ? null
                : Finding.Warning($"{where} connects to {Text.Shown(address)}, where nobody answers.", $"{entry.File.Client} has no AgentCraft until a server runs there.",
                    url.IsLoopback ? $"agentcraft serve --http --url {url.GetLeftPart(UriPartial.Authority)} --root {Premises.Quoted(premises.Root)}" : $"curl -sS {Premises.Quoted(url.GetLeftPart(UriPartial.Authority) + "/health/live")}");
        if (entry.Missing(premises) is { } missing)
            return Finding.Error($"{where} starts '{Text.Shown(missing)}', which is not there.", $"{entry.File.Client} cannot start a server: its agent works without AgentCraft.", edit);
        if (entry.Root(premises) is not { } root || root == premises.Root)
            return null;
        return !Directory.Exists(root) ? Finding.Error($"{where} names the root {Text.Shown(root)}, which is not there.", $"The server that {entry.File.Client} starts answers every call with an error.", edit)
            : entry.File.IsProjects ? Finding.Warning($"{where} names the root {Text.Shown(root)}, which is another project.", "Its agents do not meet those of this project.", edit) : null;
    }
}
